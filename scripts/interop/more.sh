# shellcheck shell=bash
# Sourced by scripts/interop.sh --all: the peers that are not asked by default.

say jwcrypto
# shellcheck disable=SC2154 # python and peers are interop.sh's
if $python -c 'import jwcrypto' 2>/dev/null; then
	peer jwcrypto "$python" "$peers/jwcrypto_peer.py"
else
	missing "jwcrypto is not installed for $python: apt-get install python3-jwcrypto"
fi

say jsonwebtoken
if npm_modules jose@6.2.18 jsonwebtoken@9.0.3; then
	peer jsonwebtoken env NODE_MODULES="$NODE_MODULES" node "$peers/jsonwebtoken.cjs"
else
	missing 'node, npm or the npm registry is not there, which jsonwebtoken is fetched from'
fi

say "latchset's jose"
if command -v jose >/dev/null; then
	peer latchset bash "$peers/latchset.sh"
else
	missing "latchset's jose is not installed: apt-get install jose"
fi

say "smallstep's step"
step=github.com/smallstep/cli/cmd/step@v0.30.2
export STEP=${NODE_MODULES:-$work}/step-${step##*@}
if [ -x "$STEP" ] || { GOBIN=$work/gobin go install "$step" >go.log 2>&1 && mv gobin/step "$STEP"; }; then
	peer step env STEPPATH="$work/steppath" bash "$peers/step.sh"
else
	missing "$step could not be installed"
fi
