# shellcheck shell=bash
# Sourced by scripts/interop.sh: makes our keys and tokens below ours/. The
# drivers know these names:
#
#   passphrase                     of every encrypted key, theirs too
#   HS256.secret, HS256.jwk        two secrets of each size
#   TYPE.FORMAT, TYPE.FORMAT.pub   a private key and its public half. TYPE is rsa, p256, p384, p521 or
#                                  ed25519; FORMAT is pem (PBES2, PBKDF2), scrypt.pem (PBES2, scrypt), plain.pem
#                                  (PKCS #8), traditional.pem (PKCS #1 or SEC 1), jwk, jwks (its .pub is a JWK Set).
#                                  plain.pem and traditional.pem are TYPE.pem, converted
#   ALG.token, ALG.forged          a token of TYPE.pem or ALG.secret, and one with another one's signature
#   ALG.public.jwk                 the public half of TYPE.pem for that algorithm
#   TYPE.jwks.token                a token whose kid is in TYPE.jwks.pub
#   HS256.scope.token, .scp.token  the other two spellings of scopes

types=(rsa p256 p384 p521 ed25519)
declare -A first=([rsa]=RS256 [p256]=ES256 [p384]=ES384 [p521]=ES512 [ed25519]=EdDSA)
declare -A type_of=(
	[RS256]=rsa [RS384]=rsa [RS512]=rsa [PS256]=rsa [PS384]=rsa [PS512]=rsa
	[ES256]=p256 [ES384]=p384 [ES512]=p521 [EdDSA]=ed25519
)
algorithms=(HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA)
grant=(--iss https://issuer.example --aud api --sub ada@example.com --scopes 'read,write' --claim 'tenant:=7' --expires 1h)

make_ours() {
	local alg type
	mkdir -p ours
	(umask 077 && printf 'correct horse battery staple\n' >ours/passphrase)
	for type in "${types[@]}"; do make_keys "$type"; done
	for alg in HS256 HS384 HS512; do
		loginctl keygen -q --alg "$alg" -o "ours/$alg.secret"
		loginctl keygen -q --alg "$alg" --format jwk --no-passphrase -o "ours/$alg.jwk"
	done
	for alg in "${algorithms[@]}"; do make_tokens "$alg"; done
	loginctl mint -q --secret-file ours/HS256.secret "${grant[@]}" --scope-claim scope >ours/HS256.scope.token
	loginctl mint -q --secret-file ours/HS256.secret "${grant[@]}" --scope-claim scp >ours/HS256.scp.token
}

make_keys() {
	local type=$1 traditional=sec1 key=(loginctl keygen -q --alg "${first[$1]}")
	if [ "$type" = rsa ]; then
		key+=(--bits 2048)
		traditional=pkcs1
	fi
	"${key[@]}" --passphrase-file ours/passphrase -o "ours/$type.pem"
	"${key[@]}" --passphrase-file ours/passphrase --kdf scrypt -o "ours/$type.scrypt.pem"
	convert "$type" pem plain.pem
	[ "$type" = ed25519 ] || convert "$type" $traditional traditional.pem
	"${key[@]}" --no-passphrase --format jwk -o "ours/$type.jwk"
	"${key[@]}" --no-passphrase --format jwks -o "ours/$type.jwks"
	loginctl mint -q --key "ours/$type.jwks" "${grant[@]}" >"ours/$type.jwks.token"
}

# convert TYPE FORMAT NAME writes TYPE.pem as TYPE.NAME, and its public half.
convert() {
	loginctl key convert -q "ours/$1.pem" --passphrase-file ours/passphrase --no-passphrase --format "$2" -o "ours/$1.$3"
	loginctl key public -q "ours/$1.$3" -o "ours/$1.$3.pub"
}

make_tokens() {
	local alg=$1 key one two
	case $alg in
	HS*) key=(--secret-file "ours/$alg.secret") ;;
	*)
		key=(--key "ours/${type_of[$alg]}.pem" --passphrase-file ours/passphrase)
		loginctl key public -q "ours/${type_of[$alg]}.pem.pub" --alg "$alg" --format jwk -o "ours/$alg.public.jwk"
		;;
	esac
	{ read -r one && read -r two; } < <(loginctl mint -q "${key[@]}" --alg "$alg" "${grant[@]}" --count 2)
	printf '%s\n' "$one" >"ours/$alg.token"
	printf '%s.%s\n' "${one%.*}" "${two##*.}" >"ours/$alg.forged"
}
