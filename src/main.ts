/**
 * The server's program. Pages of a thousand items and buffers of megabytes at a high rate would leave far more memory taken than used, and
 * V8 and the C library hear of limits only when they start. So the program, however it was started, first becomes itself again with
 * these settings: same process, streams and arguments. Measured in a first run of 24 mailboxes with 1,000 mails each: 495 instead of 750 MiB.
 */

/** Megabytes of each half of the space for what is new, and how far the heap may outgrow what lives in it before it is cleaned. */
const flags = ['--max-semi-space-size=8', '--heap-growing-percent=20']
/** Larger buffers come from the system and go back to it. Left to itself, glibc raises this bound to the largest buffer it saw (mallopt(3)). */
const environment = { MALLOC_MMAP_THRESHOLD_: String(128 * 1024) }

const { execPath, execArgv, argv, env } = process
if (process.execve && !flags.every((flag) => execArgv.includes(flag)))
  process.execve(execPath, [execPath, ...execArgv, ...flags, ...argv.slice(1)], { ...env, ...environment })

await import('./main/program.ts')
