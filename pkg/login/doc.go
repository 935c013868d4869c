// Package login authenticates HTTP requests with signed tokens and issues them.
package login
