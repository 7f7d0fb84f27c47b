/* matrix_style.c - Colours are named once: for light, for dark, and for paper. */
#include "gateway/commands/matrix_style.h"

/* clang-format off */
static const char on_screen[] =
    ":root { color-scheme: light dark; --ink: #1c2430; --soft: #55606e; --line: #d5dbe3; --paper: #fff; --band: #f4f6f9;\n"
    "  --link: #0b5394; --raw: #fff; --treated: #eef6f1; --alarm: #9a3412;\n"
    "  --public: #e8eef5; --internal: #dcebfb; --confidential: #fdeccd; --restricted: #fbdcd9; --mark: #1c2430; }\n"
    "@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --soft: #a4aebb; --line: #3a4350; --paper: #14181e;\n"
    "  --band: #1d232b; --link: #8ec5ff; --raw: #14181e; --treated: #16281f; --alarm: #fdba74;\n"
    "  --public: #2b333d; --internal: #1d3a57; --confidential: #4d3a12; --restricted: #571f1b; --mark: #f1f4f8; } }\n"
    "* { box-sizing: border-box; }\n"
    "body { margin: 0 auto; max-width: 84rem; padding: 2rem 1.5rem 3rem; background: var(--paper); color: var(--ink);\n"
    "  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif; }\n"
    "h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; }\n"
    "h2 { font-size: 1.4rem; margin: 3rem 0 .5rem; padding-top: 1rem; border-top: 3px solid var(--ink); }\n"
    "h3 { font-size: 1.1rem; margin: 0 0 .5rem; }\n"
    "p { max-width: 60rem; margin: 0 0 .75rem; }\n"
    "a { color: var(--link); }\n"
    "small, .meta, .note, .categories, footer { color: var(--soft); font-size: .8125rem; font-weight: normal; }\n"
    "code { font: .875em ui-monospace, 'Liberation Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }\n"
    ".meta { max-width: none; }\n"
    "nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }\n"
    ".facts { display: flex; flex-wrap: wrap; gap: .5rem 2.5rem; margin: 1rem 0; }\n"
    ".facts dd { font-weight: 600; }\n"
    "dt { color: var(--soft); font-size: .8125rem; }\n"
    "dd { margin: 0; overflow-wrap: anywhere; }\n"
    ".wide { overflow-x: auto; margin: 1rem 0 1.5rem; }\n"
    "table { border-collapse: collapse; width: 100%; font-size: .875rem; }\n"
    "caption { text-align: left; font-weight: 600; padding: .25rem 0 .5rem; }\n"
    "th, td { border: 1px solid var(--line); padding: .4rem .55rem; text-align: left; vertical-align: top; min-width: 7rem; }\n"
    "thead th { background: var(--band); }\n"
    "thead small { display: block; }\n"
    "tbody th { font-weight: normal; background: var(--band); min-width: 14rem; }\n"
    "th small { display: block; }\n"
    ".raw { background: var(--raw); }\n"
    ".treated { background: var(--treated); }\n"
    ".no { color: var(--soft); font-style: italic; }\n"
    ".given + .given { border-top: 1px solid var(--line); margin-top: .4rem; padding-top: .4rem; }\n"
    ".alarm { color: var(--alarm); font-size: .8125rem; font-weight: 600; }\n"
    ".class { display: inline-block; border-radius: .25rem; padding: 0 .4rem; font-size: .75rem; color: var(--mark); }\n"
    ".public { background: var(--public); } .internal { background: var(--internal); }\n"
    ".confidential { background: var(--confidential); } .restricted { background: var(--restricted); }\n"
    ".arrow { color: var(--soft); }\n"
    ".cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1rem; }\n"
    "article { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem; background: var(--paper); }\n"
    "article:target { outline: 3px solid var(--link); }\n"
    ".purpose { font-weight: 600; }\n"
    "article dl { margin: 0; font-size: .875rem; }\n"
    "article dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: .5rem; padding: .25rem 0;\n"
    "  border-top: 1px solid var(--line); }\n"
    "article dt { font-size: .8125rem; }\n"
    "footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; }\n";

static const char on_paper[] =
    "@page { size: A4 landscape; margin: 12mm; }\n"
    "@media print {\n"
    "  :root { color-scheme: light; --ink: #000; --soft: #444; --line: #999; --paper: #fff; --band: #f2f2f2; --link: #000;\n"
    "    --raw: #fff; --treated: #eef6f1; --alarm: #7c2d12; --public: #e8eef5; --internal: #dcebfb; --confidential: #fdeccd;\n"
    "    --restricted: #fbdcd9; --mark: #000; }\n"
    "  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }\n"
    "  nav { display: none; }\n"
    "  a { text-decoration: none; }\n"
    "  section { break-before: page; }\n"
    "  section:first-child { break-before: auto; }\n"
    "  h2 { border: 0; padding: 0; margin-top: 1rem; }\n"
    "  .wide { overflow: visible; }\n"
    "  thead { display: table-header-group; }\n"
    "  tr, article { break-inside: avoid; }\n"
    "  h2, h3, caption { break-after: avoid; }\n"
    "}\n";
/* clang-format on */

void matrix_style_write(struct buffer *out)
{
    buffer_append_text(out, on_screen);
    buffer_append_text(out, on_paper);
}
