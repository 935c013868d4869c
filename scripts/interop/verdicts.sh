# shellcheck shell=bash
# Sourced by scripts/interop.sh: our checks of the tokens and keys of a peer, the list of
# results and the table at the end.
# shellcheck disable=SC2154 # results, grant, algorithms and first are the caller's

# record PEER ALG DIRECTION WHAT VERDICT notes one result: "ok", or the error.
record() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" >>"$results"
	[ "$5" = ok ] || printf 'FAILED  %s, %s, %s: %s (%s)\n' "$1" "$3" "$2" "$4" "$5"
}

# ours PEER ALG WHAT EXIT COMMAND… runs one of our commands and expects its exit code.
ours() {
	local peer=$1 alg=$2 what=$3 want=$4 got=0
	shift 4
	"$@" >ours.out 2>ours.err || got=$?
	if [ "$got" = "$want" ]; then
		record "$peer" "$alg" 'peer → ours' "$what" ok
	else
		record "$peer" "$alg" 'peer → ours' "$what" "exit $got, not $want: $(head -n 1 ours.err)"
	fi
}

# check_theirs PEER verifies a peer's tokens, those signed with our reopened
# keys, and reads its keys.
check_theirs() {
	local peer=$1 dir=theirs/$1 file
	for file in "$dir"/*.token; do
		[ ! -e "$file" ] || check_token "$peer" "$file"
	done
	for file in "$dir"/reopened/*.token; do
		[ ! -e "$file" ] || check_reopened "$peer" "$file"
	done
	for file in "$dir"/keys/*.pub; do
		[ ! -e "$file" ] || check_key "$peer" "${file%.pub}"
	done
}

# check_token verifies ALG.token with ALG.pub, ALG.jwks or ALG.secret, expects its
# scopes, and expects to be refused a scope that it lacks and a signature that is changed.
check_token() {
	local peer=$1 file=$2 alg key check text first
	alg=$(basename "$file" .token)
	for key in --key:pub --jwks:jwks --secret-file:secret; do
		[ -e "${file%.token}.${key#*:}" ] || continue
		check=(loginctl verify "${key%%:*}" "${file%.token}.${key#*:}" --iss https://issuer.example --aud api --sub ada@example.com)
		[ "${key%%:*}" = --jwks ] || check+=(--alg "$alg")
		ours "$peer" "$alg" "its token, by ${key#*:}" 0 "${check[@]}" --scopes read,write --claim tenant:=7 "@$file"
		ours "$peer" "$alg" "its token, asked for a scope it lacks" 6 "${check[@]}" --scopes admin "@$file"
	done
	text=$(<"$file") first=${text##*.} first=${first:0:1}
	printf '%s.%s%s\n' "${text%.*}" "$([ "$first" = A ] && echo B || echo A)" "${text##*.?}" >forged
	ours "$peer" "$alg" 'its token with a changed signature' 4 "${check[@]}" @forged
}

# check_reopened verifies a token that a peer signed with a private key of ours: TYPE.FORMAT.token.
check_reopened() {
	local peer=$1 file=$2 name alg
	name=$(basename "$file" .token)
	case $name in
	HS*) alg=${name%%.*} && ours "$peer" "$alg" "a token by our $name" 0 loginctl verify --key "ours/$name" --aud api "@$file" ;;
	*) alg=${first[${name%%.*}]} && ours "$peer" "$alg" "a token by our $name" 0 loginctl verify --key "ours/$name.pub" --aud api "@$file" ;;
	esac
}

# check_key signs with a peer's private key, ALG.FORMAT or ALG.FORMAT.enc, and
# with our conversion of it, and verifies with the public key beside it.
# A thumbprint, where there is one, must be ours.
check_key() {
	local peer=$1 file=$2 name alg key
	name=$(basename "$file") alg=${name%%.*}
	key=(--key "$file")
	[ "${name##*.}" != enc ] || key+=(--passphrase-file ours/passphrase)
	ours "$peer" "$alg" "signing with its key $name" 0 loginctl mint -q "${key[@]}" --alg "$alg" "${grant[@]}"
	mv ours.out minted
	ours "$peer" "$alg" "its key $name" 0 loginctl verify --key "$file.pub" --alg "$alg" --aud api @minted
	[[ $alg != HS* ]] || return 0
	ours "$peer" "$alg" "its key $name beside its public half" 0 loginctl key match "${key[@]:1}" "$file.pub"
	ours "$peer" "$alg" "its key $name, converted" 0 loginctl key convert -q "${key[@]:1}" --alg "$alg" --format jwk --no-passphrase
	mv ours.out converted
	loginctl mint -q --key converted "${grant[@]}" >minted || true
	ours "$peer" "$alg" "its key $name, converted and used" 0 loginctl verify --key "$file.pub" --alg "$alg" --aud api @minted
	[ -e "$file.thumbprint" ] || return 0
	ours "$peer" "$alg" "the thumbprint of its key $name" 0 loginctl key thumbprint "$file.pub"
	[ "$(<ours.out)" = "$(<"$file.thumbprint")" ] || record "$peer" "$alg" 'peer → ours' "the thumbprint of its key $name" differs
}

# table prints passed/all by peer, direction and algorithm, and ends the script.
table() {
	local columns=("${algorithms[@]}") failed passed
	! grep -q $'\tcookie\t' "$results" || columns+=(cookie)
	printf '\n'
	awk -F '\t' -v columns="${columns[*]}" '
		{ row = sprintf("%-13s %-12s", $1, $3); if (!(row in seen)) { seen[row] = 1; order[++rows] = row }
		  all[row, $2]++; if ($5 == "ok") good[row, $2]++ }
		END {
			n = split(columns, column, " ")
			printf "%-25s ", "passed of"; for (i = 1; i <= n; i++) printf "%7s", column[i]; print ""
			for (r = 1; r <= rows; r++) {
				printf "%s ", order[r]
				for (i = 1; i <= n; i++) {
					a = all[order[r], column[i]]
					printf "%7s", a ? (good[order[r], column[i]] + 0) "/" a : "·"
				}
				print ""
			}
		}' "$results"
	passed=$(awk -F '\t' '$5 == "ok"' "$results" | wc -l)
	failed=$(awk -F '\t' '$5 != "ok"' "$results" | wc -l)
	printf '\n%d passed, %d failed%s\n' "$passed" "$failed" "${SKIPPED:+ ($SKIPPED tools skipped, see above)}"
	[ "$passed" -gt 0 ] || die 'nothing was checked'
	[ "$failed" = 0 ]
}
