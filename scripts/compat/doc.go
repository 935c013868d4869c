// Package compat proves that package login works with what services are built
// of: routers, WebSocket libraries, and tools that read OpenAPI documents. It
// is a module of its own, so that none of them enters the main one. All of it
// is tests.
package compat
