#!/usr/bin/env bash
# openssl 3 as a peer: it knows signatures and keys and nothing of JWTs, so that
# all the rest is done by hand here.
# Usage: openssl.sh OURS THEIRS
set -euo pipefail
ours=$1 theirs=$2
pass=(-passin "file:$ours/passphrase")
cd "$(mktemp -d "$theirs/tmp.XXXXXX")"

verdict() { # verdict ALG WHAT COMMAND…
	local alg=$1 what=$2
	shift 2
	if "$@" >/dev/null 2>error; then printf 'ok\t%s\t%s\n' "$alg" "$what"; else
		printf '%s\t%s\t%s\n' "failed: $(head -n 1 error | tr '\t' ' ')" "$alg" "$what"
	fi
}

not() { ! "$@"; }

encode() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }

# decode TEXT writes the octets of base64url.
decode() {
	local text=${1//-/+}
	text=${text//_/\/}
	while [ $((${#text} % 4)) != 0 ]; do text+='='; done
	printf %s "$text" | openssl base64 -d -A
}

hex() { od -An -v -tx1 | tr -d ' \n'; }

# size ALG is the number of octets of r and of s (RFC 7518 section 3.4).
size() { case $1 in ES256) echo 32 ;; ES384) echo 48 ;; ES512) echo 66 ;; esac; }

# to_der RAW OUT turns r and s side by side into the SEQUENCE that openssl wants.
to_der() {
	local digits half
	digits=$(hex <"$1") half=$((${#digits} / 2))
	printf 'asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "${digits:0:half}" "${digits:half}" >conf
	openssl asn1parse -genconf conf -noout -out "$2"
}

# from_der DER OCTETS writes r and s side by side.
from_der() {
	local integer
	openssl asn1parse -inform DER -in "$1" | sed -n 's/.*INTEGER *://p' | while read -r integer; do
		integer=$(printf "%$(($2 * 2))s" "$integer" | tr ' ' 0)
		# shellcheck disable=SC2001
		printf '%b' "$(sed 's/../\\x&/g' <<<"$integer")"
	done
}

# digest ALG sets the arguments of openssl dgst.
digest() {
	digest=("-sha${1: -3}")
	[[ $1 != PS* ]] || digest+=(-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest -sigopt "rsa_mgf1_md:sha${1#PS}")
}

# check ALG TOKEN KEY verifies a token by hand.
check() {
	local alg=$1 text digest
	digest "$alg"
	text=$(<"$2")
	printf %s "${text%.*}" >input
	decode "${text##*.}" >signature
	case $alg in
	HS*) [ "$(mac "$alg" "$3" input | hex)" = "$(hex <signature)" ] ;;
	EdDSA) openssl pkeyutl -verify -rawin -pubin -inkey "$3" -in input -sigfile signature ;;
	ES*)
		[ "$(wc -c <signature)" = $(($(size "$alg") * 2)) ] && to_der signature der &&
			openssl dgst "${digest[@]}" -verify "$3" -signature der input
		;;
	*) openssl dgst "${digest[@]}" -verify "$3" -signature signature input ;;
	esac
}

mac() { openssl dgst "-sha${1#HS}" -mac HMAC -macopt "hexkey:$(printf %s "$(<"$2")" | hex)" -binary "$3"; }

# sign ALG KEY writes a token signed by hand.
sign() {
	local digest alg=$1 scopes='"scopes":["read","write"]'
	digest "$alg"
	case $alg in RS* | PS*) scopes='"scope":"read write"' ;; ES*) scopes='"scp":["read","write"]' ;; esac
	printf '%s.%s' "$(printf '{"alg":"%s"}' "$alg" | encode)" "$(printf '{"iss":"https://issuer.example","aud":"api","sub":"ada@example.com","tenant":7,%s,"exp":%d}' \
		"$scopes" $(($(date +%s) + 3600)) | encode)" >input
	case $alg in
	HS*) mac "$alg" "$2" input >signature ;;
	EdDSA) openssl pkeyutl -sign -rawin -inkey "$2" "${pass[@]}" -in input -out signature ;;
	ES*)
		openssl dgst "${digest[@]}" -sign "$2" "${pass[@]}" -out der input
		from_der der "$(size "$alg")" >signature
		;;
	*) openssl dgst "${digest[@]}" -sign "$2" "${pass[@]}" -out signature input ;;
	esac
	printf '%s.%s\n' "$(<input)" "$(encode <signature)"
}

type_of() {
	case $1 in RS* | PS*) echo rsa ;; ES256) echo p256 ;; ES384) echo p384 ;; ES512) echo p521 ;; EdDSA) echo ed25519 ;; esac
}

for alg in HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA; do
	case $alg in
	HS*) key=$ours/$alg.secret ;;
	*) key=$ours/$(type_of "$alg").pem.pub ;;
	esac
	verdict "$alg" 'our token' check "$alg" "$ours/$alg.token" "$key"
	verdict "$alg" 'a forged one refused' not check "$alg" "$ours/$alg.forged" "$key"
done

# Their tokens, under new keys.
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null
for curve in p256:P-256 p384:P-384 p521:P-521; do
	openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:${curve#*:}" -out "${curve%:*}.pem"
done
openssl genpkey -algorithm ed25519 -out ed25519.pem
for alg in HS256 HS384 HS512; do
	openssl rand -hex 64 >"$theirs/$alg.secret"
	sign "$alg" "$theirs/$alg.secret" >"$theirs/$alg.token"
done
for alg in RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA; do
	sign "$alg" "$(type_of "$alg").pem" >"$theirs/$alg.token"
	openssl pkey -in "$(type_of "$alg").pem" -pubout -out "$theirs/$alg.pub"
done

# Our keys, opened by openssl.
for alg in RS256 ES256 ES384 ES512 EdDSA; do
	type=$(type_of $alg)
	for format in pem scrypt.pem plain.pem traditional.pem; do
		[ -e "$ours/$type.$format" ] || continue
		verdict "$alg" "our $type.$format opens" openssl pkey -in "$ours/$type.$format" "${pass[@]}" -check -noout
		sign "$alg" "$ours/$type.$format" >"$theirs/reopened/$type.$format.token"
	done
done

# Their keys in every dress that openssl has for them.
keep() { openssl pkey -in "$1" -pubout -out "$theirs/keys/$2.pub"; }
for alg in RS256 ES256 ES384 ES512 EdDSA; do
	type=$(type_of $alg)
	cp "$type.pem" "$theirs/keys/$alg.pkcs8" && keep "$type.pem" "$alg.pkcs8"
	n=0
	for how in '-v2 aes-256-cbc' '-v2 aes-128-cbc -v2prf hmacWithSHA512' '-v2 aes-192-cbc -v2prf hmacWithSHA384' \
		'-v2 aes-256-cbc -v2prf hmacWithSHA1 -iter 1000' '-v2 des3' '-scrypt' '-v1 PBE-SHA1-3DES'; do
		n=$((n + 1))
		# shellcheck disable=SC2086
		openssl pkcs8 -topk8 -in "$type.pem" -passout "file:$ours/passphrase" $how -out "$theirs/keys/$alg.pkcs8-$n.enc"
		keep "$type.pem" "$alg.pkcs8-$n.enc"
	done
	[ "$alg" != EdDSA ] || continue
	openssl pkey -in "$type.pem" -traditional -out "$theirs/keys/$alg.traditional" && keep "$type.pem" "$alg.traditional"
	openssl pkey -in "$type.pem" -traditional -aes256 -passout "file:$ours/passphrase" -out "$theirs/keys/$alg.traditional.enc"
	keep "$type.pem" "$alg.traditional.enc"
done
# A public key inside a certificate.
cp ed25519.pem "$theirs/keys/EdDSA.certificate"
openssl req -x509 -new -key ed25519.pem -subj /CN=interop -days 2 -out "$theirs/keys/EdDSA.certificate.pub" 2>/dev/null
