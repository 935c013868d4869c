"""PyJWT and cryptography as a peer: pyjwt.py OURS THEIRS

Checks the tokens and keys below OURS, one result a line on stdout (verdict,
algorithm, what, separated by tabs), and leaves tokens and keys below THEIRS.
"""
import base64
import hashlib
import json
import pathlib
import secrets
import sys
import time

import jwt
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

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


def verify(token, key, alg):
    claims = jwt.decode(token, key, algorithms=[alg], issuer="https://issuer.example", audience="api",
                        options={"require": ["exp", "iat", "jti", "sub"]})
    expect(claims["sub"] == "ada@example.com" and claims["tenant"] == 7, "other claims than were minted")
    return claims


def refused(token, key, alg):
    try:
        verify(token, key, alg)
    except jwt.InvalidSignatureError:
        return
    raise AssertionError("accepted")


def our_public(alg):
    if alg.startswith("HS"):
        return (ours / f"{alg}.secret").read_bytes().rstrip(b"\n")
    return ser.load_pem_public_key((ours / f"{type_of(alg)}.pem.pub").read_bytes())


def scopes(alg):
    if alg[:2] == "HS":
        return {"scopes": ["read", "write"]}
    return {"scope": "read write"} if alg[:2] in ("RS", "PS") else {"scp": ["read", "write"]}


def token(key, alg, headers=None):
    return jwt.encode({"iss": "https://issuer.example", "aud": ["other", "api"], "sub": "ada@example.com", "tenant": 7,
                       "exp": int(time.time()) + 3600, **scopes(alg)}, key, algorithm=alg, headers=headers)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def thumbprint(public):
    """RFC 7638, over the members that the RFC names, in their order."""
    def number(n, size=None):
        return b64(n.to_bytes(size or (n.bit_length() + 7) // 8, "big"))
    if isinstance(public, rsa.RSAPublicKey):
        n = public.public_numbers()
        jwk = {"e": number(n.e), "kty": "RSA", "n": number(n.n)}
    elif isinstance(public, ec.EllipticCurvePublicKey):
        n, size = public.public_numbers(), (public.curve.key_size + 7) // 8
        crv = f"P-{public.curve.key_size}"
        jwk = {"crv": crv, "kty": "EC", "x": number(n.x, size), "y": number(n.y, size)}
    else:
        raw = public.public_bytes(ser.Encoding.Raw, ser.PublicFormat.Raw)
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64(raw)}
    return b64(hashlib.sha256(json.dumps(jwk, separators=(",", ":")).encode()).digest())


def spki(public):
    return public.public_bytes(ser.Encoding.PEM, ser.PublicFormat.SubjectPublicKeyInfo)


def check_ours():
    for alg in ALGORITHMS:
        good, forged = ((ours / f"{alg}.{kind}").read_text().strip() for kind in ("token", "forged"))
        verdict(alg, "our token", lambda: expect(verify(good, our_public(alg), alg)["scopes"] == ["read", "write"], "scopes"))
        verdict(alg, "a forged one refused", lambda: refused(forged, our_public(alg), alg))
        if not alg.startswith("HS"):
            verdict(alg, "our token, by our JWK", lambda: verify(good, jwt.PyJWK.from_json((ours / f"{alg}.public.jwk").read_text()).key, alg))
    for name, want in (("scope", "read write"), ("scp", ["read", "write"])):
        text = (ours / f"HS256.{name}.token").read_text().strip()
        verdict("HS256", f"our token with {name}", lambda: expect(verify(text, our_public("HS256"), "HS256")[name] == want, name))
    for kind, alg in FIRST.items():
        verdict(alg, "the kid of our token is the thumbprint", lambda: expect(
            jwt.get_unverified_header((ours / f"{alg}.token").read_text().strip())["kid"] == thumbprint(our_public(alg))))
        verdict(alg, "our JWK Set, by kid", lambda: by_kid(kind, alg))
        for form in ("pem", "scrypt.pem", "plain.pem", "traditional.pem", "jwk"):
            if (ours / f"{kind}.{form}").exists():
                verdict(alg, f"our {kind}.{form} opens", lambda: reopen(kind, form, alg))
    for alg in ("HS256", "HS384", "HS512"):
        verdict(alg, f"our {alg}.jwk opens", lambda: write(
            theirs / "reopened" / f"{alg}.jwk.token", token(jwt.PyJWK.from_json((ours / f"{alg}.jwk").read_text()).key, alg)))


def by_kid(kind, alg):
    text = (ours / f"{kind}.jwks.token").read_text().strip()
    keys = {k.key_id: k for k in jwt.PyJWKSet.from_json((ours / f"{kind}.jwks.pub").read_text()).keys}
    key = keys[jwt.get_unverified_header(text)["kid"]]
    expect(key.public_key_use == "sig", "use")
    verify(text, key.key, alg)


def reopen(kind, form, alg):
    data = (ours / f"{kind}.{form}").read_bytes()
    if form == "jwk":
        private = jwt.PyJWK.from_json(data.decode()).key
    else:
        private = ser.load_pem_private_key(data, passphrase if b"ENCRYPTED" in data else None)
        public = ser.load_pem_public_key((ours / f"{kind}.{form}.pub").read_bytes())
        expect(spki(private.public_key()) == spki(public), "the public key beside it is another one")
    write(theirs / "reopened" / f"{kind}.{form}.token", token(private, alg))


def write(path, text):
    path.write_text(text + "\n")


def make_theirs():
    keys = {
        "rsa": rsa.generate_private_key(65537, 2048), "p256": ec.generate_private_key(ec.SECP256R1()),
        "p384": ec.generate_private_key(ec.SECP384R1()), "p521": ec.generate_private_key(ec.SECP521R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    for alg in ALGORITHMS:
        if alg.startswith("HS"):
            secret = secrets.token_urlsafe(64)
            write(theirs / f"{alg}.secret", secret)
            write(theirs / f"{alg}.token", token(secret, alg))
            continue
        private = keys[type_of(alg)]
        (theirs / f"{alg}.pub").write_bytes(spki(private.public_key()))
        write(theirs / f"{alg}.token", token(private, alg, {"kid": "any", "typ": "at+jwt"}))
    for kind, private in keys.items():
        for form, fmt, encryption in (
                ("pkcs8", ser.PrivateFormat.PKCS8, ser.NoEncryption()),
                ("pkcs8.enc", ser.PrivateFormat.PKCS8, ser.BestAvailableEncryption(passphrase)),
                ("traditional", ser.PrivateFormat.TraditionalOpenSSL, ser.NoEncryption()),
                ("traditional.enc", ser.PrivateFormat.TraditionalOpenSSL, ser.BestAvailableEncryption(passphrase))):
            if kind == "ed25519" and form.startswith("traditional"):
                continue
            name = theirs / "keys" / f"{FIRST[kind]}.{form}"
            name.write_bytes(private.private_bytes(ser.Encoding.PEM, fmt, encryption))
            pathlib.Path(f"{name}.pub").write_bytes(spki(private.public_key()))
            write(pathlib.Path(f"{name}.thumbprint"), thumbprint(private.public_key()))


check_ours()
make_theirs()
