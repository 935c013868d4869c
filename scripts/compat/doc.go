// Package compat proves that package login works with the parts of services built
// of: routers, WebSocket libraries, and tools that read OpenAPI documents. It
// is a separate module, so that they do not enter the main one. It has only tests.
package compat
