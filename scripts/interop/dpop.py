"""A client of DPoP by PyJWT and cryptography: dpop.py ALG TOKEN URL prints the thumbprint
of its key and the proof for a GET of URL with TOKEN. TOKEN may be empty."""
import base64
import hashlib
import json
import sys
import time
import uuid

import jwt
from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

alg, token, url = sys.argv[1:4]
b64 = lambda b: base64.urlsafe_b64encode(b).rstrip(b"=").decode()
secret = hashlib.sha256(b"one client").digest()  # the same key each time
if alg == "EdDSA":
    key = ed25519.Ed25519PrivateKey.from_private_bytes(secret)
    raw = key.public_key().public_bytes(ser.Encoding.Raw, ser.PublicFormat.Raw)
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": b64(raw)}
elif alg in ("ES256", "ES384", "ES512"):
    curve = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}[alg]
    key = ec.derive_private_key(int.from_bytes(secret, "big") >> 8, curve)
    point, size = key.public_key().public_numbers(), (curve.key_size + 7) // 8
    # PyJWT's to_jwk leaves out leading zeros, which RFC 7518 section 6.2.1.2 forbids.
    x, y = (b64(n.to_bytes(size, "big")) for n in (point.x, point.y))
    jwk = {"crv": {256: "P-256", 384: "P-384", 521: "P-521"}[curve.key_size], "kty": "EC", "x": x, "y": y}
else:
    sys.exit("ALG is EdDSA, ES256, ES384 or ES512")
thumbprint = b64(hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).digest())
claims = {"jti": str(uuid.uuid4()), "htm": "GET", "htu": url, "iat": int(time.time())}
if token:
    claims["ath"] = b64(hashlib.sha256(token.encode()).digest())
proof = jwt.encode(claims, key, algorithm=alg, headers={"typ": "dpop+jwt", "jwk": jwk})
print(thumbprint)
print(proof)
