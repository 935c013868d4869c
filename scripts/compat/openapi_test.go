package compat

import (
	"encoding/json"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/loginctl/loginctl/pkg/login"
)

// document is an OpenAPI document of one operation for each manager.
func document(t *testing.T, version string, managers ...*login.Manager[*user]) []byte {
	t.Helper()
	schemes, paths := map[string]any{}, map[string]any{}
	for i, m := range managers {
		for name, scheme := range m.OpenAPI()["securitySchemes"].(map[string]any) {
			schemes[name] = scheme
		}
		for path, security := range map[string]any{"/open": m.Security(), "/scoped": m.Security("read", "write")} {
			paths["/"+string(rune('a'+i))+path] = map[string]any{"get": map[string]any{
				"security":  security,
				"responses": map[string]any{"200": map[string]any{"description": "fine"}},
			}}
		}
	}
	text, err := json.Marshal(map[string]any{
		"openapi":    version,
		"info":       map[string]any{"title": "a service", "version": "1"},
		"paths":      paths,
		"components": map[string]any{"securitySchemes": schemes},
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func valid(t *testing.T, text []byte) (bool, []string) {
	t.Helper()
	doc, err := libopenapi.NewDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	good, problems := v.ValidateDocument()
	var reasons []string
	for _, p := range problems {
		reasons = append(reasons, p.Message+": "+p.Reason)
		for _, s := range p.SchemaValidationErrors {
			reasons = append(reasons, s.Reason)
		}
	}
	return good, reasons
}

// OpenAPI and Security return OpenAPI 3.1, and two managers fit into one document.
func TestOpenAPIIsValid(t *testing.T) {
	scopes := map[string]string{"read": "Read", "write": "Write"}
	first := newAuth(t, login.Config{TokenURL: "/login", Scopes: scopes}).Manager
	second := newAuth(t, login.Config{
		TokenURL: "https://example.com/staff/login", Scopes: scopes, SchemeName: "Staff",
		Locations: login.InHeader | login.InCookie, Cookie: login.Cookie{Name: "__Host-staff"},
	}).Manager
	third := newAuth(t, login.Config{Locations: login.InCookie, SchemeName: "third_1.x-y"}).Manager
	if good, reasons := valid(t, document(t, "3.1.0", first, second, third)); !good {
		t.Errorf("not valid: %q", reasons)
	}
	broken := document(t, "3.1.0", first)
	var parsed map[string]any
	if err := json.Unmarshal(broken, &parsed); err != nil {
		t.Fatal(err)
	}
	scheme := parsed["components"].(map[string]any)["securitySchemes"].(map[string]any)["LoginManager"].(map[string]any)
	delete(scheme["flows"].(map[string]any)["password"].(map[string]any), "tokenUrl")
	broken, err := json.Marshal(parsed)
	if err != nil {
		t.Fatal(err)
	}
	if good, _ := valid(t, broken); good {
		t.Error("the validator takes a flow without tokenUrl, so it proves nothing")
	}
}
