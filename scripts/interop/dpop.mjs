// A client of DPoP by the npm package jose: dpop.mjs ALG TOKEN URL, with the folder of its
// node_modules in NODE_MODULES. Prints the thumbprint of its key and the proof for a GET
// of URL with TOKEN. TOKEN may be empty. The key is the same each time.
import { createHash, createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(`${process.env.NODE_MODULES}/package.json`)
const jose = await import(pathToFileURL(require.resolve('jose')).href)
const [alg, token, url] = process.argv.slice(2)
if (alg !== 'EdDSA') throw new Error('ALG is EdDSA')
// PKCS #8 of an Ed25519 seed (RFC 8410 section 7).
const seed = createHash('sha256').update('one client').digest()
const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
const jwk = await jose.exportJWK(createPublicKey(key))
const claims = { jti: randomUUID(), htm: 'GET', htu: url }
if (token) claims.ath = createHash('sha256').update(token).digest('base64url')
const proof = await new jose.SignJWT(claims).setProtectedHeader({ typ: 'dpop+jwt', alg, jwk }).setIssuedAt().sign(key)
console.log(await jose.calculateJwkThumbprint(jwk))
console.log(proof)
