package session

import (
	"errors"
	"fmt"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/login"
)

// granted is the content of Record.Data: the grant of the login, beside its subject and
// scopes, from which each access token of the session is issued.
type granted struct {
	AuthTime int64          `json:"auth_time"` // in seconds since 1970
	Remember bool           `json:"remember,omitzero"`
	Audience []string       `json:"audience,omitzero"`
	Lifetime int64          `json:"lifetime,omitzero"` // in milliseconds
	Type     string         `json:"type,omitzero"`
	Custom   jsontext.Value `json:"custom,omitzero"`
	Header   jsontext.Value `json:"header,omitzero"`
}

// pack returns the data of a session for a grant.
func pack(g login.Grant, d Device, now time.Time, most time.Duration) ([]byte, error) {
	if !g.ExpiresAt.IsZero() || g.NeverExpires || !g.NotBefore.IsZero() || g.ID != "" || g.SessionID != "" {
		return nil, errors.New("a grant for a session has neither ExpiresAt, NeverExpires, NotBefore, ID nor SessionID")
	}
	if g.Lifetime > most {
		return nil, fmt.Errorf("Grant.Lifetime is %v: give at most %v, the session outlasts it", g.Lifetime, most)
	}
	data := granted{AuthTime: now.Unix(), Remember: d.Remember, Audience: g.Audience, Lifetime: g.Lifetime.Milliseconds(), Type: g.Type}
	var err error
	if g.Custom != nil {
		if data.Custom, err = jsonv2.Marshal(g.Custom); err != nil {
			return nil, fmt.Errorf("Grant.Custom: %w", err)
		}
	}
	if g.Header != nil {
		if data.Header, err = jsonv2.Marshal(g.Header); err != nil {
			return nil, fmt.Errorf("Grant.Header: %w", err)
		}
	}
	return jsonv2.Marshal(data)
}

// grantOf returns the grant for an access token of a session, and the data.
func grantOf(rec Record) (login.Grant, granted, error) {
	var data granted
	if err := jsonv2.Unmarshal(rec.Data, &data); err != nil {
		return login.Grant{}, data, fmt.Errorf("reading the data of a session: %w", err)
	}
	custom := map[string]jsontext.Value{}
	if data.Custom != nil {
		if err := jsonv2.Unmarshal(data.Custom, &custom); err != nil {
			return login.Grant{}, data, errors.New("Grant.Custom is not a struct or map")
		}
	}
	if custom == nil { // a null
		custom = map[string]jsontext.Value{}
	}
	if _, given := custom["auth_time"]; !given { // OpenID Connect Core section 2, RFC 9470 section 6
		custom["auth_time"], _ = jsonv2.Marshal(data.AuthTime)
	}
	g := login.Grant{
		Subject:   rec.Subject,
		Scopes:    rec.Scopes,
		Audience:  data.Audience,
		Lifetime:  time.Duration(data.Lifetime) * time.Millisecond,
		SessionID: rec.ID,
		Type:      data.Type,
		Custom:    custom,
	}
	if data.Header != nil {
		if err := jsonv2.Unmarshal(data.Header, &g.Header); err != nil {
			return login.Grant{}, data, fmt.Errorf("reading the header of a session: %w", err)
		}
	}
	return g, data, nil
}
