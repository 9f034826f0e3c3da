export { compatible, type CompatibleSettings } from './compatible.ts'
export type { CompatibleOptions } from './options.ts'
export type { CompatibleCapability, VendorId } from './vendors.ts'
