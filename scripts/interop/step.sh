#!/usr/bin/env bash
# smallstep's step as a peer; STEP is its program. It reads PBES2 with PBKDF2, not with scrypt.
# Usage: step.sh OURS THEIRS
set -euo pipefail
ours=$1 theirs=$2
cd "$(mktemp -d "$theirs/tmp.XXXXXX")"
verify=(crypto jwt verify --iss https://issuer.example --aud api)
sign=(crypto jwt sign --iss https://issuer.example --aud api --sub ada@example.com)

verdict() { # verdict ALG WHAT COMMAND…
	local alg=$1 what=$2
	shift 2
	if "$@" >out 2>error; then printf 'ok\t%s\t%s\n' "$alg" "$what"; else
		printf '%s\t%s\t%s\n' "failed: $(head -n 1 error | tr '\t' ' ')" "$alg" "$what"
	fi
}

not() { ! "$@"; }

step() { "$STEP" "$@" </dev/null; }

check() { # check TOKEN FLAG…
	local token=$1
	shift
	"$STEP" "${verify[@]}" "$@" <"$token" && grep -q ada@example.com out && grep -q '"write"' out
}

mint() { # mint ALG FLAG…
	local alg=$1
	shift
	printf '{"tenant":7,"scp":["read","write"]}' | "$STEP" "${sign[@]}" --exp $(($(date +%s) + 3600)) --alg "$alg" "$@" -
}

type_of() {
	case $1 in RS* | PS*) echo rsa ;; ES256) echo p256 ;; ES384) echo p384 ;; ES512) echo p521 ;; EdDSA) echo ed25519 ;; esac
}

for alg in HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA; do
	case $alg in
	HS*)
		printf '{"kty":"oct","k":"%s"}' "$(printf %s "$(<"$ours/$alg.secret")" | openssl base64 -A | tr '+/' '-_' | tr -d '=')" >our.jwk
		key=our.jwk
		mint $alg --key "$ours/$alg.jwk" >"$theirs/reopened/$alg.jwk.token"
		;;
	*)
		key=$ours/$(type_of $alg).pem.pub
		verdict $alg 'our token, by our JWK' check "$ours/$alg.token" --key "$ours/$alg.public.jwk"
		;;
	esac
	verdict $alg 'our token' check "$ours/$alg.token" --alg $alg --key "$key"
	verdict $alg 'a forged one refused' not check "$ours/$alg.forged" --alg $alg --key "$key"
done

for alg in RS256 ES256 ES384 ES512 EdDSA; do
	type=$(type_of $alg)
	verdict $alg 'our JWK Set, by kid' check "$ours/$type.jwks.token" --jwks "$ours/$type.jwks.pub"
	verdict $alg 'the kid of our JWK is the thumbprint' grep -qF "\"kid\":\"$("$STEP" crypto jwk thumbprint <"$ours/$type.jwk.pub")\"" "$ours/$type.jwk.pub"
	for format in pem plain.pem traditional.pem jwk; do
		[ -e "$ours/$type.$format" ] || continue
		password=()
		[ $format != pem ] || password=(--password-file "$ours/passphrase")
		mint $alg --key "$ours/$type.$format" "${password[@]}" >"$theirs/reopened/$type.$format.token"
	done
done

# Its own keys: PEM, plain and encrypted, and JWK.
generate() { case $1 in rsa) echo '--kty RSA --size 2048' ;; ed25519) echo '--kty OKP --curve Ed25519' ;; *) echo "--kty EC --curve P-${1#p}" ;; esac; }
for alg in HS256 HS384 HS512; do
	step crypto jwk create "$theirs/keys/$alg.jwk.pub" "$theirs/keys/$alg.jwk" --kty oct --size 64 --alg $alg --no-password --insecure --force 2>/dev/null
	cp "$theirs/keys/$alg.jwk" "$theirs/keys/$alg.jwk.pub"
done
for alg in RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA; do
	read -ra kind < <(generate "$(type_of $alg)")
	keys=$theirs/keys/$alg
	step crypto keypair "$keys.pem.pub" "$keys.pem" "${kind[@]}" --no-password --insecure --force 2>/dev/null
	step crypto keypair "$keys.pem.enc.pub" "$keys.pem.enc" "${kind[@]}" --password-file "$ours/passphrase" --force 2>/dev/null
	step crypto jwk create "$keys.jwk.pub" "$keys.jwk" "${kind[@]}" --alg $alg --no-password --insecure --force 2>/dev/null
	"$STEP" crypto jwk thumbprint <"$keys.jwk.pub" >"$keys.jwk.thumbprint"
	mint $alg --key "$keys.pem" >"$theirs/$alg.token"
	cp "$keys.pem.pub" "$theirs/$alg.pub"
done
