// Command jwtloop verifies tokens on standard input, one a line, with golang-jwt: the
// loop that a service would write.
//
// Usage: jwtloop COLUMN FOLDER
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

func main() {
	verify := peers.GolangJWTVerify(fixture.Open(os.Args[1], os.Args[2]))()
	code, out := 0, bufio.NewWriter(os.Stdout)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if err := verify(lines.Text()); err != nil {
			code = 4
			fmt.Fprintln(out, "invalid", err)
		} else {
			fmt.Fprintln(out, "valid", fixture.Subject)
		}
	}
	if lines.Err() != nil || out.Flush() != nil {
		code = 1
	}
	os.Exit(code)
}
