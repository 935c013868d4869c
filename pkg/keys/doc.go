// Package keys makes, reads, writes and holds the secrets and keys that JSON Web Tokens are signed with.
package keys
