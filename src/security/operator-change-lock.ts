/** Advisory lock held by whoever changes roles or states of operators, so that two cannot take away the last owner together. */
export const operatorChangeLock = 0x6264_7202
