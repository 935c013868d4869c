package cmdline

import "strings"

// meantCommand returns the command for a word that means the same, as other tools call
// it, or "". group is the name of the group that the word stands in.
func meantCommand(group, word string) string {
	word = strings.ToLower(word)
	for _, row := range meantCommands {
		if row.group == group && strings.Contains(" "+row.words+" ", " "+word+" ") {
			return row.command
		}
	}
	return ""
}

var meantCommands = []struct{ group, command, words string }{
	{"", "mint", "sign issue encode create-token new-token jwt"},
	{"", "keygen", "create generate gen new genkey gen-key generate-key genpkey make init"},
	{"", "decode", "inspect show parse print read view dump peek"},
	{"", "verify", "validate check auth authenticate test"},
	{"", "key passwd", "passwd passphrase password encrypt decrypt"},
	{"", "key public", "pubkey public pub export"},
	{"", "key convert", "convert import"},
	{"", "key thumbprint", "thumbprint fingerprint kid"},
	{"", "jwks fetch", "fetch download discover"},
	{"", "jwks rotate", "rotate"},
	{"", "session end", "logout revoke"},
	{"", "lint", "audit scan"},
	{"key", "inspect", "show info describe print decode view"},
	{"key", "public", "pubkey pub export extract"},
	{"key", "passwd", "passphrase password encrypt decrypt chpass"},
	{"key", "thumbprint", "fingerprint kid hash"},
	{"key", "match", "compare check verify pair"},
	{"key", "convert", "format to import"},
	{"jwks", "new", "create generate make init"},
	{"jwks", "add", "append insert put"},
	{"jwks", "remove", "rm delete del drop"},
	{"jwks", "list", "ls show inspect print view"},
	{"jwks", "rotate", "roll replace"},
	{"jwks", "fetch", "get download pull"},
	{"session", "end", "kill revoke delete remove rm"},
	{"session", "list", "ls show"},
	{"session", "end-all", "logout kill-all revoke-all"},
}

// MeantFlag returns the flag for a word that means the same, or "".
func MeantFlag(name string) string {
	for _, row := range meantFlags {
		if strings.Contains(" "+row.words+" ", " "+name+" ") {
			return row.flag
		}
	}
	return ""
}

var meantFlags = []struct{ flag, words string }{
	{"key", "pub pubkey public-key public private private-key signing-key cert certificate keyfile key-file pem"},
	{"jwks", "keys keyset key-set jwks-file set"},
	{"out", "out-file outfile out output o"},
	{"sub", "user username subject principal"},
	{"aud", "audience audiences recipient"},
	{"iss", "issued-by"},
	{"expires", "lifetime expires-in expiry expiration exp ttl valid-for duration"},
	{"not-before", "nbf valid-from starts"},
	{"leeway", "skew clock-skew tolerance drift"},
	{"max-age", "maxage age"},
	{"min-ttl", "min-life remaining"},
	{"alg", "algorithm algorithms algs"},
	{"kid", "key-id keyid id"},
	{"typ", "type token-type"},
	{"scopes", "permissions permission scp scope"},
	{"claim", "claims payload data set-claim with-claim add"},
	{"header", "headers header-param"},
	{"require", "required requires has"},
	{"bits", "size key-size length"},
	{"token", "token-file file input in"},
	{"batch", "tokens many list lines"},
	{"at", "now time clock date as-of"},
	{"format", "output-format outform form fmt"},
	{"get", "field select extract only query"},
	{"force", "overwrite yes y"},
	{"no-passphrase", "nodes no-encryption plain unencrypted noenc"},
	{"keep", "retain"},
	{"dry-run", "dryrun check-only simulate n"},
	{"quiet", "silent s"},
	{"no-input", "non-interactive batch-mode"},
}
