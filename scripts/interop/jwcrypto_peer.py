"""jwcrypto as a peer: jwcrypto_peer.py OURS THEIRS. Prints a result a line (verdict,
algorithm, what, separated by tabs) and leaves tokens and keys below THEIRS."""
import json
import pathlib
import secrets
import sys
import time

from jwcrypto import jwk, jws, jwt

ours, theirs = map(pathlib.Path, sys.argv[1:3])
passphrase = (ours / "passphrase").read_bytes().rstrip(b"\n")
FIRST = {"rsa": "RS256", "p256": "ES256", "p384": "ES384", "p521": "ES512", "ed25519": "EdDSA"}
TYPE = {"ES256": "p256", "ES384": "p384", "ES512": "p521", "EdDSA": "ed25519"}
ALGORITHMS = [f + n for f in ("HS", "RS", "PS", "ES") for n in ("256", "384", "512")] + ["EdDSA"]


def type_of(alg):
    return TYPE.get(alg, "rsa")


def verdict(alg, what, check):
    try:
        check()
        print("ok", alg, what, sep="\t")
    except Exception as e:  # any exception is a result
        print(f"{type(e).__name__}: {e}".replace("\n", " ").replace("\t", " "), alg, what, sep="\t")


def expect(condition, what="not as expected"):
    if not condition:
        raise AssertionError(what)


def text(name):
    return (ours / name).read_text().strip()


def octets(secret):
    return jwk.JWK(kty="oct", k=jwk.base64url_encode(secret))


def our_public(alg):
    return octets(text(f"{alg}.secret")) if alg[:2] == "HS" else jwk.JWK.from_pem((ours / f"{type_of(alg)}.pem.pub").read_bytes())


def verify(token, key, alg):
    checked = jwt.JWT(jwt=token, key=key, algs=[alg], check_claims={"iss": "https://issuer.example", "aud": "api", "exp": None})
    claims = json.loads(checked.claims)
    expect(claims["sub"] == "ada@example.com" and claims["scopes"] == ["read", "write"], "other claims than were minted")


def refused(token, key, alg):
    try:
        verify(token, key, alg)
    except jws.InvalidJWSSignature:
        return
    raise AssertionError("accepted")


def token(key, alg):
    claims = {"iss": "https://issuer.example", "aud": "api", "sub": "ada@example.com", "tenant": 7, "scopes": ["read", "write"], "exp": int(time.time()) + 3600}
    made = jwt.JWT(header={"alg": alg}, claims=claims, algs=[alg])
    made.make_signed_token(key)
    return made.serialize()


def write(name, data):
    (theirs / name).write_text(data.strip() + "\n")


def reopen(name, key, alg):
    write(f"reopened/{name}.token", token(key, alg))


for alg in ALGORITHMS:
    verdict(alg, "our token", lambda: verify(text(f"{alg}.token"), our_public(alg), alg))
    verdict(alg, "a forged one refused", lambda: refused(text(f"{alg}.forged"), our_public(alg), alg))
for kind, alg in FIRST.items():
    verdict(alg, "our JWK Set", lambda: verify(text(f"{kind}.jwks.token"), jwk.JWKSet.from_json(text(f"{kind}.jwks.pub")), alg))
    verdict(alg, "the kid of our JWK is the thumbprint", lambda: expect(
        jwk.JWK.from_json(text(f"{kind}.jwk.pub")).thumbprint() == json.loads(text(f"{kind}.jwk.pub"))["kid"]))
    verdict(alg, f"our {kind}.jwk opens", lambda: reopen(f"{kind}.jwk", jwk.JWK.from_json(text(f"{kind}.jwk")), alg))
    for form in ("pem", "scrypt.pem", "plain.pem"):
        data = (ours / f"{kind}.{form}").read_bytes()
        verdict(alg, f"our {kind}.{form} opens", lambda: reopen(
            f"{kind}.{form}", jwk.JWK.from_pem(data, passphrase if b"ENCRYPTED" in data else None), alg))

keys = {"rsa": jwk.JWK.generate(kty="RSA", size=2048), "p256": jwk.JWK.generate(kty="EC", crv="P-256"), "p384": jwk.JWK.generate(kty="EC", crv="P-384"),
        "p521": jwk.JWK.generate(kty="EC", crv="P-521"), "ed25519": jwk.JWK.generate(kty="OKP", crv="Ed25519")}
for alg in ALGORITHMS:
    if alg[:2] == "HS":
        secret = secrets.token_urlsafe(64)
        write(f"{alg}.secret", secret)
        write(f"{alg}.token", token(octets(secret), alg))
    else:
        write(f"{alg}.token", token(keys[type_of(alg)], alg))
        write(f"{alg}.pub", keys[type_of(alg)].export_public())
for kind, alg in FIRST.items():
    key = keys[kind]
    forms = {"jwk": key.export_private(), "pkcs8": key.export_to_pem(True, None).decode(), "pkcs8.enc": key.export_to_pem(True, passphrase).decode()}
    for form, data in forms.items():
        write(f"keys/{alg}.{form}", data)
        write(f"keys/{alg}.{form}.pub", key.export_public() if form == "jwk" else key.export_to_pem().decode())
        write(f"keys/{alg}.{form}.thumbprint", key.thumbprint())
