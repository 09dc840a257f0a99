export { type Configuration, readConfiguration } from './configuration.ts'
export { configurationErrors } from './errors.ts'
export { helpText } from './help.ts'
