#!/usr/bin/env node
import { launch } from '../scripts/setup.mjs'

launch('src/cli/main.ts', process.argv.slice(2))
