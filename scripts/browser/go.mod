module github.com/loginctl/loginctl/scripts/browser

go 1.26.0

require (
	github.com/chromedp/chromedp v0.23.0
	github.com/loginctl/loginctl v0.0.0
	golang.org/x/crypto v0.59.0
)

require (
	github.com/chromedp/cdproto v0.159.0 // indirect
	github.com/go-jose/go-jose/v4 v4.1.9 // indirect
	github.com/go-json-experiment/json v1.27.2 // indirect
	github.com/golang-jwt/jwt/v5 v5.3.1 // indirect
	github.com/youmark/pkcs8 v0.0.0-20240726163527-a2c0da244d78 // indirect
	golang.org/x/sys v0.50.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)

replace github.com/loginctl/loginctl => ../..
