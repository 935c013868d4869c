package logintest

import (
	"maps"
	"time"
)

// Shape returns the claims of a token as a known issuer writes it, issued at now and
// valid for an hour, for [SignClaims]. The names are in ISSUERS.md of package login:
// "entra-v1", "entra-v2", "entra-app", "auth0", "keycloak", "okta", "cognito", "google",
// "firebase", "iap", "github-actions", "gitlab", "kubernetes", "apple",
// "cloudflare-access", "zitadel". It is nil for another name.
//
// The values are made up. A test changes those that it is about.
func Shape(name string, now time.Time) map[string]any {
	shape, ok := shapes[name]
	if !ok {
		return nil
	}
	claims := maps.Clone(shape)
	claims["iat"], claims["exp"] = now.Unix(), now.Add(time.Hour).Unix()
	return claims
}

const tenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

// shapes is read only. Its claims follow the documentation of the issuers.
var shapes = map[string]map[string]any{
	"entra-v1": {
		"iss": "https://sts.windows.net/" + tenant + "/", "aud": "api://my-api", "ver": "1.0",
		"sub": "pairwise", "oid": "5b1c8a52-0000-4000-8000-000000000001", "tid": tenant, "scp": "posts.read",
	},
	"entra-v2": {
		"iss": "https://login.microsoftonline.com/" + tenant + "/v2.0", "aud": "my-api", "ver": "2.0",
		"sub": "pairwise", "oid": "5b1c8a52-0000-4000-8000-000000000001", "tid": tenant, "scp": "posts.read",
	},
	"entra-app": {
		"iss": "https://login.microsoftonline.com/" + tenant + "/v2.0", "aud": "my-api", "ver": "2.0", "idtyp": "app",
		"sub": "service", "oid": "5b1c8a52-0000-4000-8000-000000000002", "tid": tenant, "roles": []string{"posts.read"},
	},
	"auth0": {
		"iss": "https://tenant.eu.auth0.com/", "aud": []string{"https://api.example.com", "https://tenant.eu.auth0.com/userinfo"},
		"sub": "auth0|64f1", "azp": "client", "scope": "openid profile", "permissions": []string{"posts.read"},
	},
	"keycloak": {
		"iss": "https://id.example.com/realms/main", "aud": "my-api", "azp": "web", "typ": "Bearer", "sid": "session",
		"sub": "f0e1", "preferred_username": "ada", "scope": "openid email",
		"realm_access": map[string]any{"roles": []string{"posts.read"}},
	},
	"okta": {
		"iss": "https://example.okta.com/oauth2/default", "aud": "api://default", "ver": 1, "cid": "client",
		"uid": "00u1", "sub": "ada@example.com", "scp": []string{"posts.read"},
	},
	"cognito": {
		"iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Pool", "client_id": "app1", "token_use": "access",
		"sub": "4f1e", "username": "ada", "scope": "openid", "cognito:groups": []string{"posts.read"},
	},
	"google": {
		"iss": "https://accounts.google.com", "aud": "client.apps.googleusercontent.com", "azp": "client.apps.googleusercontent.com",
		"sub": "1084", "email": "ada@example.com", "email_verified": true,
	},
	"firebase": {
		"iss": "https://securetoken.google.com/project", "aud": "project", "sub": "uid", "user_id": "uid",
		"auth_time": 1767268800, "firebase": map[string]any{"sign_in_provider": "password"},
	},
	"iap": {
		"iss": "https://cloud.google.com/iap", "aud": "/projects/1/global/backendServices/2",
		"sub": "accounts.google.com:1084", "email": "ada@example.com",
	},
	"github-actions": {
		"iss": "https://token.actions.githubusercontent.com", "aud": "https://api.example.com",
		"sub": "repo:octo/app:ref:refs/heads/main", "repository": "octo/app", "repository_owner_id": "65",
	},
	"gitlab": {
		"iss": "https://gitlab.com", "aud": "https://api.example.com",
		"sub": "project_path:group/app:ref_type:branch:ref:main", "project_path": "group/app", "ref_protected": "true",
	},
	"kubernetes": {
		"iss": "https://kubernetes.default.svc", "aud": []string{"my-api"}, "sub": "system:serviceaccount:shop:web",
		"kubernetes.io": map[string]any{"namespace": "shop", "serviceaccount": map[string]any{"name": "web"}},
	},
	"apple": {
		"iss": "https://appleid.apple.com", "aud": "com.example.app", "sub": "001.a", "nonce_supported": true,
		"email": "ada@privaterelay.appleid.com", "email_verified": "true",
	},
	"cloudflare-access": {
		"iss": "https://team.cloudflareaccess.com", "aud": []string{"4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2"},
		"sub": "7335", "email": "ada@example.com", "type": "app", "identity_nonce": "n",
	},
	"zitadel": {
		"iss": "https://example.zitadel.cloud", "aud": []string{"client", "project"}, "sub": "1637", "jti": "V2_1",
		"urn:zitadel:iam:org:project:roles": map[string]any{"posts.read": map[string]string{"org": "example.com"}},
	},
}
