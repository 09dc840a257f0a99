/** The thread that opens a PFX file: content out as plain DER, or a word on why not. Node's own crypto cannot read the format. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import forge from 'node-forge'

export type PfxContent =
  | {
      /** PKCS #8, DER. */
      readonly keys: readonly Uint8Array[]
      /** DER. */
      readonly certificates: readonly Uint8Array[]
    }
  /** `passphrase`, or why the file cannot be read. */
  | { readonly failure: string }

const { asn1, pkcs12, pki } = forge
const { certBag, keyBag, pkcs8ShroudedKeyBag } = pki.oids

/**
 * PBES2 takes the passphrase as bytes, and what writes PFX files encodes it as UTF-8 (OpenSSL, "PKCS#12 passphrase encoding"). The
 * library takes the text's characters for bytes; this thread does nothing else, so its function is exchanged here.
 */
interface Pbes2 {
  getCipherForPBES2: (oid: string, parameters: unknown, passphrase: string) => unknown
}
const { pbe } = pki as unknown as { pbe: Pbes2 }
const getCipher = pbe.getCipherForPBES2
pbe.getCipherForPBES2 = (oid, parameters, passphrase) =>
  getCipher(oid, parameters, forge.util.encodeUtf8(passphrase))

function openPfx(pfx: Uint8Array, passphrase: string): PfxContent {
  let parsed: forge.asn1.Asn1
  try {
    parsed = asn1.fromDer(Buffer.from(pfx).toString('binary'))
  } catch {
    return { failure: 'it is no PFX file' }
  }
  let bags: forge.pkcs12.Pkcs12Pfx
  try {
    // An empty passphrase is written in two ways, and files of both exist.
    bags = passphrase === '' ? openEmpty(parsed) : pkcs12.pkcs12FromAsn1(parsed, false, passphrase)
  } catch (error) {
    const text = error instanceof Error ? error.message : ''
    if (/invalid password|MAC could not be verified|decrypt/i.test(text)) return { failure: 'passphrase' }
    if (/unsupported|unknown|not supported|MAC/i.test(text))
      return { failure: 'it is protected in a way that is not supported; export it with AES-256 or 3DES' }
    return { failure: 'it is no PFX file' }
  }
  const find = (bagType: string | undefined) =>
    bagType === undefined ? [] : (bags.getBags({ bagType })[bagType] ?? [])
  return {
    keys: [...find(keyBag), ...find(pkcs8ShroudedKeyBag)].map((bag) =>
      // Without a key it is of a type that the library does not know; then the content as it stood.
      bytes(bag.key ? pki.wrapRsaPrivateKey(pki.privateKeyToAsn1(bag.key)) : bag.asn1),
    ),
    certificates: find(certBag).map((bag) => bytes(bag.cert ? pki.certificateToAsn1(bag.cert) : bag.asn1)),
  }
}

function openEmpty(parsed: forge.asn1.Asn1): forge.pkcs12.Pkcs12Pfx {
  try {
    return pkcs12.pkcs12FromAsn1(parsed, false, '')
  } catch {
    return pkcs12.pkcs12FromAsn1(parsed, false)
  }
}

function bytes(value: forge.asn1.Asn1): Uint8Array {
  return Buffer.from(asn1.toDer(value).getBytes(), 'binary')
}

if (!isMainThread) {
  const { pfx, passphrase } = workerData as { pfx: Uint8Array; passphrase: string }
  parentPort?.postMessage(openPfx(pfx, passphrase))
}
