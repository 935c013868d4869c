// The npm package jsonwebtoken as a peer: jsonwebtoken.cjs OURS THEIRS, with the
// folder of its node_modules in NODE_MODULES. It knows no EdDSA. Prints a result a
// line (verdict, algorithm, what, separated by tabs) and leaves tokens below THEIRS.
const { createPrivateKey, generateKeyPairSync, randomBytes } = require('node:crypto')
const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const { createRequire } = require('node:module')

const jwt = createRequire(`${process.env.NODE_MODULES}/package.json`)('jsonwebtoken')
const [ours, theirs] = process.argv.slice(2)
const read = (name) => readFileSync(`${ours}/${name}`, 'utf8').trim()
const write = (name, text) => writeFileSync(`${theirs}/${name}`, `${text.trim()}\n`)
const types = { ES256: 'p256', ES384: 'p384', ES512: 'p521' }
const typeOf = (alg) => types[alg] ?? 'rsa'
const algorithms = ['HS', 'RS', 'PS', 'ES'].flatMap((f) => ['256', '384', '512'].map((n) => f + n))

function verdict(alg, what, check) {
  try {
    check()
    console.log(`ok\t${alg}\t${what}`)
  } catch (e) {
    console.log(`${e.name}: ${e.message.replace(/\s+/g, ' ')}\t${alg}\t${what}`)
  }
}

function verify(token, key, alg) {
  const claims = jwt.verify(token, key, { algorithms: [alg], issuer: 'https://issuer.example', audience: 'api', subject: 'ada@example.com' })
  if (claims.tenant !== 7 || claims.scopes.join() !== 'read,write') throw new Error('other claims than were minted')
}

function refused(token, key, alg) {
  try {
    verify(token, key, alg)
  } catch (e) {
    if (e.message === 'invalid signature') return
    throw e
  }
  throw new Error('accepted')
}

const token = (key, algorithm) =>
  jwt.sign({ tenant: 7, scopes: ['read', 'write'] }, key, { algorithm, issuer: 'https://issuer.example', audience: ['api'], subject: 'ada@example.com', expiresIn: '1h' })

for (const alg of algorithms) {
  const key = alg.startsWith('HS') ? read(`${alg}.secret`) : read(`${typeOf(alg)}.pem.pub`)
  verdict(alg, 'our token', () => verify(read(`${alg}.token`), key, alg))
  verdict(alg, 'a forged one refused', () => refused(read(`${alg}.forged`), key, alg))
}
for (const [alg, type] of Object.entries({ RS256: 'rsa', ...types })) {
  for (const form of ['pem', 'scrypt.pem', 'plain.pem', 'traditional.pem']) {
    if (!existsSync(`${ours}/${type}.${form}`)) continue
    verdict(alg, `our ${type}.${form} opens`, () =>
      write(`reopened/${type}.${form}.token`, token({ key: read(`${type}.${form}`), passphrase: read('passphrase') }, alg)))
  }
}

const pair = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }), p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }), p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
}
for (const alg of algorithms) {
  if (alg.startsWith('HS')) {
    const secret = randomBytes(64).toString('hex')
    write(`${alg}.secret`, secret)
    write(`${alg}.token`, token(secret, alg))
    continue
  }
  const { privateKey, publicKey } = pair[typeOf(alg)]
  write(`${alg}.token`, token(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })), alg))
  write(`${alg}.pub`, publicKey.export({ type: 'spki', format: 'pem' }))
}
