#!/usr/bin/env node
import { launch } from '../scripts/setup.mjs'

await launch('src/cli/main.ts', process.argv.slice(2))
