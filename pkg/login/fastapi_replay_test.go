package login_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"testing"
	"time"
)

// recordedCase is a request and the answer of fastapi-login.
type recordedCase struct {
	Name, Class string
	Request     struct {
		Method, Path string
		Headers      [][2]string
		Body         *string
	}
	Expectation struct {
		Status          int
		Headers         map[string]string
		Body            *string
		SecuritySchemes map[string]any `json:"securitySchemes"`
		SecurityByPath  map[string]any `json:"security_by_path"`
	}
}

// answer has the parts of an answer that a test compares.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) String() string {
	return fmt.Sprintf("%d %s %q", a.status, a.body, a.header.Get("WWW-Authenticate"))
}

// TestFastAPIReplay replays every recorded request against the same service
// rewritten with this package. An answer is the recorded one to the byte, or
// stands in departures with the reason.
func TestFastAPIReplay(t *testing.T) {
	f, entries := recordings(t)
	server := httptest.NewServer(newFastService(t, f).mux)
	defer server.Close()

	cases := entriesOf[recordedCase](t, entries, "http")
	same, other := map[string]int{}, map[string]int{}
	for _, c := range cases {
		got := exchange(t, server.Listener.Addr().String(), &c)
		departure, departs := departures[c.Name]
		difference := compare(&c, got)
		switch {
		case difference == "" && departs:
			t.Errorf("%s: it is answered as recorded and need not be listed", c.Name)
		case difference != "" && !departs:
			t.Errorf("%s (%s): %s", c.Name, c.Class, difference)
		case departs && got.String() != departure.answer:
			t.Errorf("%s (%s): got %s, want %s", c.Name, c.Class, got, departure.answer)
		}
		if departs {
			other[c.Class]++
		} else {
			same[c.Class]++
		}
	}
	for _, class := range []string{"must", "version-dependent", "seed-quirk", "seed-bug", "framework"} {
		t.Logf("%-17s  %3d as recorded, %2d otherwise", class, same[class], other[class])
	}
	if as := len(cases) - len(departures); as != 192 { // as scripts/README.md says
		t.Errorf("%d answers are as recorded, want 192", as)
	}
	if want := 248; len(cases) != want {
		t.Errorf("%d cases, want %d", len(cases), want)
	}
	for name := range departures {
		if !hasCase(cases, name) {
			t.Errorf("departure %s is of no case", name)
		}
	}
}

func hasCase(cases []recordedCase, name string) bool {
	for _, c := range cases {
		if c.Name == name {
			return true
		}
	}
	return false
}

// exchange sends the request byte for byte: a client would tidy up its fields.
func exchange(t *testing.T, address string, c *recordedCase) answer {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "%s %s HTTP/1.1\r\nHost: service.example\r\n", c.Request.Method, c.Request.Path)
	for _, field := range c.Request.Headers {
		raw.WriteString(field[0] + ": ")
		for _, r := range field[1] {
			raw.WriteByte(byte(r)) // recorded as Latin-1
		}
		raw.WriteString("\r\n")
	}
	if c.Request.Body != nil {
		fmt.Fprintf(&raw, "Content-Length: %d\r\n", len(*c.Request.Body))
	}
	raw.WriteString("\r\n")
	if c.Request.Body != nil {
		raw.WriteString(*c.Request.Body)
	}
	if _, err := conn.Write(raw.Bytes()); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: c.Request.Method})
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusSwitchingProtocols {
		return answer{status: response.StatusCode, header: response.Header}
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
	return answer{response.StatusCode, response.Header, mintedText.ReplaceAllString(string(body), "<JWT>")}
}

// mintedText is a token in an answer, for which the recordings have <JWT>.
var mintedText = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+`)

// compare says how an answer differs from the recorded one.
func compare(c *recordedCase, got answer) string {
	want := c.Expectation
	if got.status != want.Status {
		return fmt.Sprintf("got %s, recorded %d", got, want.Status)
	}
	if want.Body != nil && got.body != *want.Body {
		return fmt.Sprintf("got %s, recorded %s", got, *want.Body)
	}
	for _, name := range []string{"content-type", "www-authenticate", "location", "set-cookie", "content-length"} {
		recorded, is := want.Headers[name]
		if value := got.header.Get(name); value != recorded && (is || name != "content-length" && name != "content-type") {
			return fmt.Sprintf("%s: got %q, recorded %q", name, value, recorded)
		}
	}
	return compareDocument(c, got)
}

// compareDocument compares the security parts of OpenAPI documents. Ours may describe
// more schemes.
func compareDocument(c *recordedCase, got answer) string {
	if c.Expectation.SecuritySchemes == nil {
		return ""
	}
	var document struct {
		SecuritySchemes map[string]any `json:"securitySchemes"`
		SecurityByPath  map[string]any `json:"security_by_path"`
	}
	if err := json.Unmarshal([]byte(got.body), &document); err != nil {
		return err.Error()
	}
	for name, scheme := range c.Expectation.SecuritySchemes {
		if !reflect.DeepEqual(document.SecuritySchemes[name], scheme) {
			return fmt.Sprintf("scheme %s: got %v, recorded %v", name, document.SecuritySchemes[name], scheme)
		}
	}
	if !reflect.DeepEqual(document.SecurityByPath, c.Expectation.SecurityByPath) {
		return fmt.Sprintf("security: got %v, recorded %v", document.SecurityByPath, c.Expectation.SecurityByPath)
	}
	return ""
}

// departure is our answer where it is not the recorded one, and the rule that has it so.
type departure struct{ answer, rule string }

const (
	is401 = `401 {"detail":"Invalid credentials"} "Bearer"`
	is400 = `400 {"detail":"Insufficient scope"} "Bearer"`
	is500 = `500 Internal Server Error ""`
	none  = `500 {"detail":"Internal server error"} ""`
	john  = `200 {"user":{"email":"john@doe.com","name":"John Doe","is_admin":true}} ""`
	johns = `200 {"user":"john@doe.com","ok":true} ""`
)

// The sentences of the design that answers depart by, and the RFC where one is
// more exact.
const (
	canonical   = "[A-Za-z0-9_-], canonical base64url"
	strictJSON  = "strict JSON (UTF-8, no duplicate names, exact case, depth ≤ 32)"
	strictTime  = "exp (required, number, overflow-safe, now >= exp is expired), nbf, iat"
	noNull      = "an explicit null for a registered claim is refused"
	subject     = "sub (non-empty string, for a Manager)"
	duplicates  = "two Authorization headers, cookies of one name for different users, oversize, a refused conflict: 400"
	oneVerifies = "of cookies of one name that differ the one that verifies counts, at most eight"
	subFirst    = "token → verify → scopes → user; sub is part of what is verified"
	scopesKind  = "a scopes claim that is neither list nor string grants nothing, elements that are no strings are ignored; neither makes the token invalid"
	elements    = "matching is element by element, never substring; a scope that is required twice is granted once"
	outages     = "no or invalid token is anonymous, an outage is not"
	noLoader    = "New refuses every misuse at once (no loader, no keys, …); zero or nil Manager: 500"
	badCookie   = "SetCookie returns an error for > 4096 bytes, bad names, __Host- misuse; and for a value that no token has (RFC 6265 section 4.1.1)"
	expiresIn   = `{"access_token","token_type":"bearer","expires_in"} out`
	errors6749  = "OAuth2 password form in: its errors are those of RFC 6749 section 5.2"
	upgrades    = "a request authenticated by cookie is held to CrossOriginProtection, and a cross-site WebSocket upgrade is refused too; any other is a request like all"
)

// departures is every answer that is not the recorded one.
var departures = map[string]departure{
	// must
	"tok_exp_huge":                  {is401, "exp not after the year 9999"},
	"tok_exp_1e20":                  {is401, "exp not after the year 9999"},
	"tok_b64_true":                  {is401, "crit, b64, zip refused"},
	"cookie_dup_valid_then_invalid": {john, oneVerifies},
	"cookie_dup_valid_then_empty":   {john, oneVerifies},
	"login_ok_grant":                {`200 {"access_token":"<JWT>","token_type":"bearer","expires_in":900} ""`, expiresIn},
	"login_scope_param":             {`200 {"access_token":"<JWT>","token_type":"bearer","expires_in":900,"scope":""} ""`, expiresIn + "; scope says what was granted of what was asked for (RFC 6749 section 5.1)"},
	"set_cookie_empty":              {is500, badCookie},
	"set_cookie_latin1":             {is500, badCookie},
	"read__scope_nosub":             {is401, subFirst},
	"loader_missing":                {none, noLoader},
	"loader_missing__unknown_user":  {none, noLoader},
	"loader_missing__no_token":      {none, noLoader},

	// version-dependent: the stricter side, where net/http lets it be seen
	"three_spaces":                    {john, "blanks between the scheme and the token are one separator (RFC 6750 section 2.1)"},
	"trailing_space":                  {john, "white space around a field's value is no part of it (RFC 9110 section 5.5)"},
	"trailing_tab":                    {john, "white space around a field's value is no part of it (RFC 9110 section 5.5)"},
	"tok_sig_garbage":                 {is401, canonical},
	"tok_sig_stdb64":                  {is401, canonical},
	"tok_segments_garbage_signed":     {is401, canonical},
	"rtok_sig_garbage":                {is401, canonical},
	"tok_payload_deep":                {is401, strictJSON},
	"tok_sub_int42":                   {is401, subject},
	"minted_hs_intsub":                {is401, subject},
	"tok_exp_null":                    {is401, noNull},
	"tok_jti_null":                    {is401, noNull},
	"tok_exp_list":                    {is401, strictTime},
	"tok_exp_Infinity":                {is401, strictTime},
	"tok_nbf_list":                    {is401, strictTime},
	"two_cookie_headers_both_tokens":  {is401, duplicates},
	"dup_required_read_read__hs_read": {johns, elements},
	"nested_same__hs_read":            {johns, elements},

	// seed-quirk
	"trailing_equals":             {is401, canonical},
	"tok_sig_padded":              {is401, canonical},
	"tok_hdr_dupkey":              {is401, strictJSON},
	"tok_payload_dupsub":          {is401, strictJSON},
	"tok_sub_empty":               {is401, subject},
	"tok_exp_str_num":             {is401, strictTime},
	"tok_exp_str_num_ws":          {is401, strictTime},
	"tok_exp_str_us":              {is401, strictTime},
	"cookie_octal_escaped_quoted": {is401, "a cookie's value has no escapes (RFC 6265 section 4.1.1)"},
	"read__scopes_dict":           {is400, scopesKind},
	"read__scopes_dict_rw":        {is400, scopesKind},
	"rw__scopes_dict_rw":          {is400, scopesKind},
	"read__scp":                   {johns, "all of scopes, scope, scp (list or space-separated) are read"},
	"optional_loader_raises":      {is500, outages},
	"mw_loader_raises":            {is500, outages},
	"mw_admin_nonadmin":           {`403 {"detail":"Forbidden"} ""`, "a guard over auth.User(ctx) that answers through auth.Deny (403, not the recipe's 401)"},
	"loader_lambda-returning-coroutine__unknown_user": {is401, "Loader[U] func(ctx, subject string) (U, error): there is no other kind"},

	// seed-bug
	"login_set_cookie_doc_literal_return_response": {`200 {"access_token":"<JWT>","token_type":"bearer","expires_in":900} ""`, expiresIn},
	"read__scopes_null":                            {is400, scopesKind},
	"read__scopes_int":                             {is400, scopesKind},
	"read__scopes_true":                            {is400, scopesKind},
	"ws_cookie":                                    {`101  ""`, upgrades},
	"ws_none":                                      {is401, upgrades},

	// framework
	"login_bad_grant":        {`400 {"error":"unsupported_grant_type","error_description":"grant_type is not password"} ""`, errors6749},
	"login_missing_password": {`400 {"error":"invalid_request","error_description":"username or password is missing"} ""`, errors6749},
}
