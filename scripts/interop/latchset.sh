#!/usr/bin/env bash
# latchset's jose (Debian's package jose) as a peer: all but EdDSA, keys as JWK only.
# Usage: latchset.sh OURS THEIRS
set -euo pipefail
ours=$1 theirs=$2
cd "$(mktemp -d "$theirs/tmp.XXXXXX")"

verdict() { # verdict ALG WHAT COMMAND…
	local alg=$1 what=$2
	shift 2
	if "$@" >/dev/null 2>error; then printf 'ok\t%s\t%s\n' "$alg" "$what"; else
		printf '%s\t%s\t%s\n' "failed: $(head -n 1 error | tr '\t' ' ')" "$alg" "$what"
	fi
}

not() { ! "$@"; }

# check TOKEN KEY verifies a token and looks at its claims.
check() {
	tr -d '\n' <"$1" | jose jws ver -i - -k "$2" -O payload && grep -q '"sub":"ada@example.com"' payload && grep -qF '"scopes":["read","write"]' payload
}

sign() { # sign ALG KEY
	printf '{"iss":"https://issuer.example","aud":"api","sub":"ada@example.com","tenant":7,"scope":"read write","exp":%d}' $(($(date +%s) + 3600)) >claims
	jose jws sig -I claims -s "{\"protected\":{\"alg\":\"$1\"}}" -k "$2" -c -o token
	printf '%s\n' "$(<token)"
}

for alg in HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512; do
	jose jwk gen -i "{\"alg\":\"$alg\"}" -o key.jwk
	cp key.jwk "$theirs/keys/$alg.jwk"
	case $alg in
	HS*)
		# Our secret is the octets of its text, which a JWK holds as base64url.
		printf '{"kty":"oct","k":"%s"}' "$(printf %s "$(<"$ours/$alg.secret")" | jose b64 enc -I -)" >our.jwk
		sign $alg "$ours/$alg.jwk" >"$theirs/reopened/$alg.jwk.token"
		cp key.jwk "$theirs/keys/$alg.jwk.pub"
		verdict $alg 'our token' check "$ours/$alg.token" our.jwk
		verdict $alg 'a forged one refused' not check "$ours/$alg.forged" our.jwk
		continue
		;;
	esac
	verdict $alg 'our token' check "$ours/$alg.token" "$ours/$alg.public.jwk"
	verdict $alg 'a forged one refused' not check "$ours/$alg.forged" "$ours/$alg.public.jwk"
	jose jwk pub -i key.jwk -o "$theirs/keys/$alg.jwk.pub"
	jose jwk pub -i key.jwk -o "$theirs/$alg.pub"
	sign $alg key.jwk >"$theirs/$alg.token"
	jose jwk thp -i key.jwk -a S256 >"$theirs/keys/$alg.jwk.thumbprint"
done

for type in rsa:RS256 p256:ES256 p384:ES384 p521:ES512; do
	alg=${type#*:} type=${type%:*}
	verdict "$alg" 'our token, by our JWK Set' check "$ours/$type.jwks.token" "$ours/$type.jwks.pub"
	sed 's/\.e/.f/' "$ours/$type.jwks.token" >changed
	verdict "$alg" 'a changed one refused' not check changed "$ours/$type.jwks.pub"
	verdict "$alg" 'the kid of our JWK is the thumbprint' grep -qF "\"kid\":\"$(jose jwk thp -i "$ours/$type.jwk.pub" -a S256)\"" "$ours/$type.jwk.pub"
	sign "$alg" "$ours/$type.jwk" >"$theirs/reopened/$type.jwk.token"
done
