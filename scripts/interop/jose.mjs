// The npm package jose as a peer: jose.mjs OURS THEIRS, with the folder of its
// node_modules in NODE_MODULES. Prints a result a line (verdict, algorithm, what,
// separated by tabs) and leaves tokens and keys below THEIRS.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(`${process.env.NODE_MODULES}/package.json`)
const jose = await import(pathToFileURL(require.resolve('jose')).href)
const [ours, theirs] = process.argv.slice(2)
const read = (name) => readFileSync(`${ours}/${name}`, 'utf8').trim()
const write = (name, text) => writeFileSync(`${theirs}/${name}`, `${text}\n`)
const passphrase = read('passphrase')
const first = { rsa: 'RS256', p256: 'ES256', p384: 'ES384', p521: 'ES512', ed25519: 'EdDSA' }
const types = { ES256: 'p256', ES384: 'p384', ES512: 'p521', EdDSA: 'ed25519' }
const typeOf = (alg) => types[alg] ?? 'rsa'
const algorithms = ['HS', 'RS', 'PS', 'ES'].flatMap((f) => ['256', '384', '512'].map((n) => f + n)).concat('EdDSA')

async function verdict(alg, what, check) {
  try {
    await check()
    console.log(`ok\t${alg}\t${what}`)
  } catch (e) {
    console.log(`${e.code ?? e.name}: ${e.message.replace(/\s+/g, ' ')}\t${alg}\t${what}`)
  }
}

function expect(condition, what) {
  if (!condition) throw new Error(what)
}

async function verify(token, key, alg) {
  const options = { algorithms: [alg], issuer: 'https://issuer.example', audience: 'api', subject: 'ada@example.com', typ: 'JWT', requiredClaims: ['exp', 'iat', 'jti'] }
  const { payload } = await jose.jwtVerify(token, key, options)
  expect(payload.tenant === 7, 'other claims than were minted')
  return payload
}

async function refused(token, key, alg) {
  try {
    await verify(token, key, alg)
  } catch (e) {
    expect(e.code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED', `refused for another reason: ${e.code}`)
    return
  }
  throw new Error('accepted')
}

const ourPublic = (alg) => (alg.startsWith('HS') ? new TextEncoder().encode(read(`${alg}.secret`)) : jose.importSPKI(read(`${typeOf(alg)}.pem.pub`), alg))

function scopes(alg) {
  if (alg.startsWith('HS')) return { scopes: ['read', 'write'] }
  return /^[RP]S/.test(alg) ? { scope: 'read write' } : { scp: ['read', 'write'] }
}

const token = (key, alg, header = {}) =>
  new jose.SignJWT({ tenant: 7, ...scopes(alg) }).setProtectedHeader({ alg, ...header }).setIssuer('https://issuer.example').setAudience(['other', 'api'])
    .setSubject('ada@example.com').setExpirationTime('1h').setIssuedAt().sign(key)

for (const alg of algorithms) {
  const key = await ourPublic(alg)
  await verdict(alg, 'our token', async () => expect((await verify(read(`${alg}.token`), key, alg)).scopes.join() === 'read,write', 'scopes'))
  await verdict(alg, 'a forged one refused', () => refused(read(`${alg}.forged`), key, alg))
  if (alg.startsWith('HS')) continue
  await verdict(alg, 'our token, by our JWK', async () => verify(read(`${alg}.token`), await jose.importJWK(JSON.parse(read(`${alg}.public.jwk`))), alg))
}
const secret = await ourPublic('HS256')
await verdict('HS256', 'our token with scope', async () => expect((await verify(read('HS256.scope.token'), secret, 'HS256')).scope === 'read write', 'scope'))
await verdict('HS256', 'our token with scp', async () => expect((await verify(read('HS256.scp.token'), secret, 'HS256')).scp.join() === 'read,write', 'scp'))

for (const [type, alg] of Object.entries(first)) {
  await verdict(alg, 'the kid of our token is the thumbprint', async () => {
    const jwk = await jose.exportJWK(createPublicKey(read(`${type}.pem.pub`)))
    expect(jose.decodeProtectedHeader(read(`${alg}.token`)).kid === (await jose.calculateJwkThumbprint(jwk)), 'another thumbprint')
  })
  await verdict(alg, 'our JWK Set, by kid', () => verify(read(`${type}.jwks.token`), jose.createLocalJWKSet(JSON.parse(read(`${type}.jwks.pub`))), alg))
  for (const form of ['pem', 'scrypt.pem', 'plain.pem', 'traditional.pem', 'jwk']) {
    if (!existsSync(`${ours}/${type}.${form}`)) continue
    await verdict(alg, `our ${type}.${form} opens`, async () => {
      const key = form === 'jwk' ? await jose.importJWK(JSON.parse(read(`${type}.jwk`)), alg) : createPrivateKey({ key: read(`${type}.${form}`), passphrase })
      write(`reopened/${type}.${form}.token`, await token(key, alg))
    })
  }
}
for (const alg of ['HS256', 'HS384', 'HS512']) {
  await verdict(alg, `our ${alg}.jwk opens`, async () => write(`reopened/${alg}.jwk.token`, await token(await jose.importJWK(JSON.parse(read(`${alg}.jwk`))), alg)))
}

// Theirs: an encrypted and a plain PKCS #8 file and a JWK of each kind of key, a JWK Set for each token.
const pair = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }), ed25519: generateKeyPairSync('ed25519'),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }), p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }), p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
}
for (const alg of algorithms) {
  if (alg.startsWith('HS')) {
    const text = randomBytes(64).toString('base64url')
    write(`${alg}.secret`, text)
    write(`${alg}.token`, await token(new TextEncoder().encode(text), alg))
    continue
  }
  const { privateKey, publicKey } = pair[typeOf(alg)]
  const kid = `of ${alg}`
  write(`${alg}.token`, await token(privateKey, alg, { kid, typ: 'JWT' }))
  write(`${alg}.pub`, publicKey.export({ type: 'spki', format: 'pem' }).trim())
  write(`${alg}.jwks`, JSON.stringify({ keys: [{ kty: 'unknown', kid: 'x' }, { ...(await jose.exportJWK(publicKey)), kid, alg, use: 'sig' }] }))
}
for (const [type, alg] of Object.entries(first)) {
  const { privateKey, publicKey } = pair[type]
  const jwk = await jose.exportJWK(privateKey)
  const forms = {
    pkcs8: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    'pkcs8.enc': privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }),
    jwk: JSON.stringify(jwk),
    'with-alg-jwk': JSON.stringify({ ...jwk, alg, use: 'sig', key_ops: ['sign'] }),
  }
  for (const [form, text] of Object.entries(forms)) {
    write(`keys/${alg}.${form}`, text.trim())
    write(`keys/${alg}.${form}.pub`, form.endsWith('jwk') ? JSON.stringify(await jose.exportJWK(publicKey)) : publicKey.export({ type: 'spki', format: 'pem' }).trim())
    write(`keys/${alg}.${form}.thumbprint`, await jose.calculateJwkThumbprint(jwk))
  }
}
