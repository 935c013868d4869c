package secretcheck

import (
	"bytes"
	"regexp"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// magics are the first bytes of files. Each has six bytes or more, or four beside
// a length of file that no secret has.
var magics = []struct{ begin, name string }{
	{"\xfe\xed\xfe\xed\x00\x00", "a Java key store"}, {"\xce\xce\xce\xce\x00\x00", "a Java key store"},
	{"\x7fELF", "a program"}, {"\xca\xfe\xba\xbe\x00", "a program"}, {"MZ\x90\x00", "a program"}, {"\x00asm\x01", "a program"},
	{"\x89PNG\r\n", "a picture"}, {"GIF87a", "a picture"}, {"GIF89a", "a picture"}, {"\xff\xd8\xff\xe0\x00\x10", "a picture"}, {"\xff\xd8\xff\xe1", "a picture"},
	{"%PDF-1.", "a PDF file"}, {"PK\x03\x04", "a ZIP archive"}, {"Rar!\x1a\x07", "an archive"}, {"7z\xbc\xaf\x27\x1c", "an archive"},
	{"\x1f\x8b\x08\x00\x00\x00", "a compressed file"}, {"\x28\xb5\x2f\xfd", "a compressed file"}, {"\xfd7zXZ\x00", "a compressed file"},
	{"SQLite format 3\x00", "a database"}, {"Salted__", "a file encrypted by openssl enc"}, {"openssh-key-v1\x00", "an SSH key"}, {"SSH PRIVATE KEY FILE", "an SSH key"},
	{"age-encryption.org/", "a file encrypted by age"}, {"\x85\x01\x0c\x03", "a file encrypted by PGP"},
}

// minFile is the size from which four bytes alone say that it is a file. A program
// or a picture is larger, and the secret of an HMAC gains nothing beyond 64 bytes.
const minFile = 129

func fileName(b []byte) string {
	for _, m := range magics {
		if bytes.HasPrefix(b, []byte(m.begin)) && (len(m.begin) > 5 || len(b) >= minFile) {
			return m.name
		}
	}
	// The time of a gzip file is in the bytes 4 to 7.
	if len(b) >= 18 && bytes.HasPrefix(b, []byte("\x1f\x8b\x08")) && b[3] < 0x20 && (b[8] == 0 || b[8] == 2 || b[8] == 4) && (b[9] < 14 || b[9] == 255) && len(b) >= minFile {
		return "a compressed file"
	}
	return ""
}

// otherText says what a text is that is plainly not a secret.
func otherText(text []byte) string {
	s := string(text)
	switch {
	case s == "":
		return ""
	case (s[0] == '{' || s[0] == '[') && jsontext.Value(text).IsValid():
		return "a JSON document"
	case strings.HasPrefix(s, "eyJ") && strings.Count(s, ".") >= 2, hasPrefixFold(s, "bearer "), hasPrefixFold(s, "authorization:"):
		return "a token"
	}
	if name := fileName(text); name != "" {
		return name
	}
	if name := beginning(s); name != "" {
		return name
	}
	lower := inSmallLetters(s)
	for _, p := range patterns() {
		if p.matches(s, lower) {
			return p.name
		}
	}
	return phrase(s)
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// begins are the beginnings of texts that are not secrets.
var begins = []struct{ begin, name string }{
	{"#!/", "a script"}, {"$ANSIBLE_VAULT;", "a file encrypted by ansible-vault"}, {"ENC[AES256_GCM,", "a value encrypted by SOPS"},
	{"version https://git-lfs", "a pointer of git-lfs"}, {"age-encryption.org/", "a file encrypted by age"}, {"AGE-SECRET-KEY-", "an identity of age"},
	{"$2a$", "the hash of a passphrase"}, {"$2b$", "the hash of a passphrase"}, {"$2y$", "the hash of a passphrase"}, {"$argon2", "the hash of a passphrase"},
	{"$scrypt$", "the hash of a passphrase"}, {"$5$", "the hash of a passphrase"}, {"$6$", "the hash of a passphrase"}, {"pbkdf2_sha256$", "the hash of a passphrase"},
	{"vault:", reference}, {"arn:aws", reference}, {"env:", reference}, {"env-file:", reference}, {"file:", reference}, {"fd:", reference},
	{"ssm:", reference}, {"secretsmanager:", reference}, {"@Microsoft.KeyVault(", reference}, {"!vault", reference}, {"/run/secrets/", reference},
	{"/var/run/secrets/", reference}, {"/secrets/", reference}, {"~/", reference}, {"./", reference}, {"../", reference}, {"sha256//", "a fingerprint"},
	{"gcp:", reference}, {"secretref:", reference}, {"keyvault:", reference}, {"sealed:", reference}, {"ENC(", "a value that a program has to decrypt"}, {"{cipher}", "a value that a program has to decrypt"},
	{"!Ref ", template}, {"!Sub ", template}, {"!GetAtt ", template}, {"process.env.", template}, {"os.environ", template}, {"os.Getenv(", template}, {"System.getenv(", template}, {"import.meta.env", template},
	{"openssl ", command}, {"head -c ", command}, {"python -c ", command}, {"python3 -c ", command}, {"node -e ", command}, {"loginctl ", command}, {"setx ", command}, {"cat /", command}, {"aws secretsmanager", command},
	{"Enter pass", "the question of a program"}, {"Password:", "the question of a program"}, {"#<", "an object that a program printed"}, {"{SSHA}", "the hash of a passphrase"}, {"{SHA}", "the hash of a passphrase"},
	{"otpauth:", reference}, {"age1", "a recipient of age"},
}

const command = "a command that makes or prints a secret, and not its output"

const reference = "a reference to a secret, such as a path or a URI"

func beginning(s string) string {
	for _, b := range begins {
		// The short ones may begin a random text by chance, but with no / or : beside
		// the characters of base64.
		if b.begin == "age1" && len(s) != 62 {
			continue
		}
		if strings.HasPrefix(s, b.begin) && (len(b.begin) > 5 || b.begin == "age1" && strings.ToLower(s) == s || strings.ContainsAny(b.begin, ":.~#$! ({")) {
			return b.name
		}
	}
	return ""
}

// pattern is a form of texts that are not secrets.
type pattern struct {
	pieces     string // divided by |, in small letters; each text of the form has one
	expression func() *regexp.Regexp
	name       string
}

// matches looks for the pieces first: to compile all expressions takes longer than to
// start a program, and a random secret has hardly any of the pieces.
func (p *pattern) matches(s, lower string) bool {
	for piece := range strings.SplitSeq(p.pieces, "|") {
		if strings.Contains(lower, piece) {
			return p.expression().MatchString(s)
		}
	}
	return false
}

// inSmallLetters returns s as the pieces are written. In (?i) a long s is an s.
func inSmallLetters(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "\u017f", "s")
}

const template = "a placeholder that a template or a shell should have replaced"

// patterns are made when a secret is first read: a program without one does not pay.
var patterns = sync.OnceValue(func() []*pattern {
	var made []*pattern
	for _, row := range []struct{ pieces, expression, name string }{
		{"${", `\$\{[A-Za-z_][A-Za-z0-9_.]*([:?+/#%^,@-][^}]*)?\}`, template}, // ${NAME:-default}
		{"${{", `\$\{\{[^}]*\}\}`, template},                                  // ${{ secrets.NAME }}
		{"{{", `\{\{[^{}]{2,}\}\}`, template},                                 // {{ .Values.name }}
		{"$(", `\$\([A-Za-z_][A-Za-z0-9_ ./-]{2,}\)`, template},               // $(command)
		{"<%", `<%.*%>`, template},                                            // <%= name %>
		{"#{", `#\{[A-Za-z_][A-Za-z0-9_.]*\}`, template},                      // #{name}
		{"<", `^<[A-Za-z][A-Za-z0-9 _.:-]*[ _.:-][A-Za-z0-9 _.:-]*>`, "a placeholder"},
		{"%(", `^%\([A-Za-z_][A-Za-z0-9_]*\)s`, template}, // %(NAME)s
		{"<", `(?i)^<(!doctype|\?xml|html|head|body|error|svg)\b`, "markup"},
		{"<", `(?s)^<[A-Za-z][A-Za-z0-9]*[^<>]*>.*</[A-Za-z]`, "markup"},
		{"/etc/", `^/etc/[a-z.-]+/`, reference},
		{"$", `^\$[A-Za-z_][A-Za-z0-9_]*$`, template}, // $NAME
		{"%", `^%[A-Za-z_][A-Za-z0-9_]*%$`, template}, // %NAME%
		{"@|__|%%|##|**", `^(@|@@|__|%%|##|\*\*)[A-Za-z][A-Za-z0-9_]*(@|@@|__|%%|##|\*\*)$`, template},
		{"[|(", `^[\[(][A-Za-z][A-Za-z0-9 _.-]*[\])]$`, "a placeholder"},
		{"://", `^[a-zA-Z][a-zA-Z0-9+.-]*://`, reference},
		{"projects/", `^projects/[^/]+/secrets/`, reference},
		{":/|:\\", `^[A-Za-z]:[\\/]`, reference},
		{":", `^([0-9A-Fa-f]{2}:){15,}[0-9A-Fa-f]{2}$`, "a fingerprint"},
		{"fingerprint=|md5:", `(?i)fingerprint=|\bMD5:([0-9A-F]{2}:){15}`, "a fingerprint"},
		{" ", `^[0-9a-f]{32,128} [ *][^ ]`, "the checksum of a file"}, // as sha256sum prints it
		{"e3b0c|d41d8|da39a", `^(e3b0c44298fc1c149afbf4c8996fb924|d41d8cd98f00b204e9800998ecf8427e|da39a3ee5e6b4b0d3255bfef95601890)`, "the hash of nothing"},
		{" |\t", `^[0-9A-Fa-f]{6,8}:?[ \t]+([0-9A-Fa-f]{2,8}[ \t]+){3}`, "a line of a dump"},
		{"xx|..|**|x.|x*|.x|.*|*x|*.|•|●|∙|…", `^(•|●|∙|\*|x|X|\.|…){3,}$`, "a secret that a program has hidden"},
		{"0x", `^0x0*[0-9a-f]{0,4}$`, "a number"},
		{"secret|passw|phrase|super|jwt|key|my|test|token|null|none|nil|nan|undefined|false|true|sensitive|byte[]|12345678|0123456789", `^(?i:(secret|password|passwd|passphrase|super|jwt|key|my|test|token|null|none|nil|nan|undefined|false|true|sensitive value|system\.byte\[\]|1234567890|12345678|0123456789)[-_ .<>()]*){3,}[0-9]{0,4}$`, "a placeholder"},
		{"nil|null|none|sensitive|redacted|masked|hidden", `^[-_ <>().]*(?i:(nil|null|none|sensitive value|redacted|masked|hidden)[-_ <>().]*){2,}$`, "a placeholder"},
		{"md5:|sha1:|sha256:|sha512:", `(?i)^(md5|sha1|sha256|sha512):[0-9A-Za-z+/:=_-]+$`, "a fingerprint"},
	} {
		compile := func() *regexp.Regexp { return regexp.MustCompile(row.expression) }
		made = append(made, &pattern{row.pieces, sync.OnceValue(compile), row.name})
	}
	return made
})

// messages are parts of the messages that programs print in place of a secret.
var messages = []string{
	"no such file or directory", "permission denied", "command not found", "is not recognized as", "access denied", "accessdenied", "not authorized", "unauthorized", "forbidden", "not found",
	"error:", "error from server", "traceback (most recent", "connection refused", "could not resolve", "does not exist", "usage: ", "no value present", "secret not ",
}

// placeholders are words of texts that stand for a secret, in small letters and
// without anything between them. Random base64 has one of eight letters with a chance
// below one in 2^33.
var placeholders = []string{
	"changeme", "changethis", "changeit", "pleasechange", "replaceme", "replacethis", "replacewith", "yoursecret", "yourjwtsecret", "yourkeyhere", "your256bit",
	"yoursuper", "yourstrong", "yourrandom", "insertyour", "enteryour", "secrethere", "goeshere", "placeholder", "examplesecret", "examplekey",
	"supersecretkey", "supersecretjwt", "mysupersecret", "mysecretkey", "myjwtsecret", "notasecret", "dummysecret", "testsecret", "samplesecret", "thisisasecret",
	"thisisnotasecret", "defaultsecret", "tobereplaced", "tobechanged", "fillmein", "redacted", "donotuse", "insecuresecret", "undefinedundefined", "objectobject",
	"astringsecret", "avalidstringsecret", "atleast256bit", "atleast32char", "atleast32byte", "loremipsum", "quickbrownfox", "generatearealsecret", "passwordpassword", "secretsecret",
}

// phrase finds the words of a message or of a placeholder.
func phrase(s string) string {
	lower := strings.ToLower(s)
	if strings.ContainsAny(s, " \t") {
		for _, m := range messages {
			if strings.Contains(lower, m) {
				return "the message of a program"
			}
		}
	}
	letters := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, lower)
	for _, p := range placeholders {
		if strings.Contains(letters, p) {
			return "a placeholder"
		}
	}
	return ""
}
