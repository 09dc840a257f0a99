/**
 * OneDrive and SharePoint libraries of the simulated tenant: drives behind Graph's endpoints, and the host that content comes from and
 * goes to. Holds everything in memory and shares nothing with the product.
 */
export { corpusFiles } from './archive.ts'
export { registerContentHost } from './content-host.ts'
export type { DriveControl } from './control.ts'
export type { House as DriveHouse } from './house.ts'
export { registerDrives } from './register-drives.ts'
