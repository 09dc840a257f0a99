/** The TLS certificate that the server itself shows: from files that are taken anew when they change, or made by the server. */
export { fail, tlsErrors } from './errors.ts'
export { readPair, requireValidNow, type TlsFiles, type TlsPair } from './pair.ts'
export { selfSignedNames } from './self-signed.ts'
export { type CertificateStatus, type ServedCertificate, serveCertificate } from './served-certificate.ts'
