/** What of a browser the console's pages, and all that is framed in them, may use: passkeys and the clipboard to copy to. (W3C, Permissions Policy.) */
const own = ['clipboard-write', 'publickey-credentials-create', 'publickey-credentials-get']
const none = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'window-management',
  'xr-spatial-tracking',
]

export const permissionsPolicy = [
  ...own.map((feature) => `${feature}=(self)`),
  ...none.map((feature) => `${feature}=()`),
].join(', ')
