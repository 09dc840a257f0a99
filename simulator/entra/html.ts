/** Frame of the sign-in pages: plain forms that work without scripts, nothing loaded from elsewhere. */

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

const style = `
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;
 font:15px/1.45 "Segoe UI","Helvetica Neue",Arial,sans-serif;color:#1b1b1b;
 background:linear-gradient(140deg,#e8eef7 0%,#f6f3ee 45%,#dfe9e6 100%)}
main{width:min(440px,100vw);min-height:338px;background:#fff;padding:44px;box-shadow:0 2px 6px rgba(0,0,0,.2)}
.brand{display:flex;align-items:center;gap:8px;color:#5e5e5e;font-size:19px;font-weight:600;margin-bottom:16px}
.brand i{display:grid;grid-template-columns:10px 10px;gap:2px}.brand b{width:10px;height:10px;background:#0067b8}
.brand b:nth-child(2){background:#4f9fd6}.brand b:nth-child(3){background:#8ec3e6}.brand b:nth-child(4){background:#c3dff2}
h1{font-size:24px;font-weight:600;margin:0 0 14px;line-height:1.2}
p{margin:0 0 12px}label{display:block;margin-bottom:4px;color:#444}
input[type=text],input[type=email],input[type=password]{width:100%;height:36px;padding:6px 2px;font:inherit;border:0;border-bottom:1px solid #666;margin-bottom:16px;outline:0}
input:focus-visible{border-bottom:2px solid #0067b8}
.buttons{display:flex;justify-content:flex-end;gap:6px;margin-top:20px;flex-wrap:wrap}
button{min-width:108px;min-height:32px;padding:4px 12px;font:inherit;border:0;background:#0067b8;color:#fff;cursor:pointer}
button:hover{background:#005da6}button.quiet{background:#ccc;color:#000}button.quiet:hover{background:#b8b8b8}
button:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid #000;outline-offset:2px}
a{color:#0062ad}a:hover{color:#555}
.error{color:#c50f1f;margin:0 0 12px}.who{display:inline-block;margin-bottom:14px;color:#333;word-break:break-all}
.tile{display:flex;width:100%;justify-content:flex-start;text-align:left;gap:12px;align-items:center;padding:12px 8px;background:#fff;color:#1b1b1b}
.tile:hover{background:#eee}.tile span{display:block}.tile small{color:#5c5c5c}
.face{width:40px;height:40px;border-radius:50%;background:#0067b8;color:#fff;display:grid;place-items:center;font-weight:600;flex:none}
ul{margin:0 0 12px;padding-left:20px}li{margin-bottom:6px}
.number{font-size:40px;font-weight:600;text-align:center;margin:8px 0 16px}
dl{font-size:13px;color:#444;display:grid;grid-template-columns:max-content 1fr;gap:2px 10px;margin:16px 0 0;word-break:break-all}dd{margin:0}
.foot{margin-top:14px;font-size:13px;color:#4a4a4a}
.check{display:flex;gap:8px;align-items:flex-start;margin:12px 0}
`

/** A whole page. `title` is text, `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><div class="brand"><i aria-hidden="true"><b></b><b></b><b></b><b></b></i>Microsoft</div>
${body}
</main><footer class="foot">Simulated sign-in: no real account is involved.</footer></body></html>`
}

/** Hidden fields of the form that goes on with a sign-in. */
export function form(action: string, step: string, ctx: string, inner: string): string {
  return `<form method="post" action="${escapeHtml(action)}" novalidate>
<input type="hidden" name="ctx" value="${escapeHtml(ctx)}"><input type="hidden" name="step" value="${step}">
${inner}</form>`
}

export function errorText(message: string | undefined): string {
  return message === undefined ? '' : `<p class="error" role="alert" id="error">${escapeHtml(message)}</p>`
}
