// Writes patterns.tsv: pattern, text, verdict, as node's regular expressions judge them. Run: node make_patterns.js > patterns.tsv
//
// Columns are JSON strings. The verdict is "match" or "no" by RegExp.test, or "refuse": what headgate does not admit although
// an engine may. Where a pattern is valid under the flag u it is judged with it (code points, as headgate counts); else without,
// and then only on texts inside the basic plane.
'use strict';
const common = ['', 'a', 'A', '0', 'abc', 'ABC', 'abcabc', 'EUR', 'EURO', 'eur', 'EUR\n', '\nEUR', 'pay_0123456789abcdef', '123456', '12345678',
  '123456789', '1234567', 'é', 'ſ', 'K', '\u00a0', '\ufeff', '\u2028', '\u180e', ' ', '\t', '-', 'a-b', 'aé', '😀', 'a😀b', 'foo.bar', 'foo_bar', '\u0000',
  '\u0661', '日本語', 'a\r', '2026-11-22', 'x'.repeat(40), '\\', '[', ']', '{', '}', '/'];
const admitted = [
  '^[A-Z]{3}$', '^pay_[A-Za-z0-9]{16}$', '^[0-9]{6,8}$', '^[0-9]{4}$', '^[a-z_]+$', '^[A-Z]{2}$', '^EUR$', '^(EUR|USD)$', '^(?:EUR|USD|GBP)$',
  '^EUR|USD$', 'EUR', '^EUR', 'EUR$', '^$', '^', '$', '', '()', '(?:)', '^(|a)$', '^(a|)$', '^a{0}$', '^a{0,2}$', '^a?b?c?$', '^[a-z]+-[a-z]+$',
  '^[a-z]+[a-z]$', '^[a-z]*[0-9]*$', '^[a-z]*[a-c]+$', '^[a-z]{2,3}[0-9]{0,2}-?$', '^([A-Z]{2})([0-9]{2,3})$', '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
  '^\\d{4}-\\d{2}-\\d{2}$', '^\\d+$', '\\d', '\\D', '^\\D$', '\\w', '\\W', '^\\w+$', '^\\W+$', '\\s', '\\S', '^\\s$', '^\\S+$', '[\\s]', '[^\\s]',
  '[\\S]', '^[\\w-]+$', '^[\\w.-]+$', '^[^\\w]$', '^[\\d\\D]$', '.', '^.$', '^..$', '^.+$', '^.*$', '[^]', '[]', '^[]*$', '^[^]*$', '^[^a]$', '[^a]',
  '^[^,]+$', '\\bfoo\\b', '\\Bo', '\\b', '^\\B', '^\\b', '\\.', '^[^.]+\\.[^.]+$', '[.]', '\\/', '\\\\', '\\[', '\\]', '\\{', '\\}', '\\^', '\\$', '\\(\\)',
  '\\|', '[\\b]', '[\\]]', '[\\\\]', '[-a]', '[a-]', '[a\\-b]', '^[!-~]+$', '\\x41', '\\u0041', '\\u00e9', '\\ud83d\\ude00', '[\\ud83d\\ude00]',
  '^[\\u0000-\\u007f]*$', '^[\\u{0041}]*$', '\\0', '\\t', '\\n', '\\r', '\\v', '\\f', '\\cJ', '\\cj', '[\\cJ]', 'é', '[é]', '[à-ü]', '日本', '^[ぁ-龯]+$', '😀',
  '^[😀-😂]$', '(a)(b)(c)', '(abc)+', '(?:abc){2}', '(?:abc){2,}', '^(?:a|b|c)+$', '^(?:a|ab)(?:c|bcd)?$', 'a*?', 'a+?b', '^a{1,2}?bc$', '(?=abc)', '^(?=.*[0-9])(?=.*[a-z]).+$',
  '^(?!EUR$)[A-Z]+$', '(?!a)', 'a(?!b)', '^(?:(?!bc).)*$', '^(a*)*$', '^(?:a*)+$', '^(?:a?){3}$', '^(?:a|){2}b', '((((((a))))))', '^[a-zA-Z0-9.!#$%&\'*+/=?^_`{|}~-]+@[a-z]+$',
  '^[0-9a-f]{8}-[0-9a-f]{4}$', '^(?:[A-Z]{2}[0-9]{2})?[a-z]{0,3}$', '[a-c][x-z]?', '^\\S*$', '^ +$', '^-?[0-9]+$', 'x{40}', '^x{40,}$', '^x{41}$', 'a|b|c', '^(?:0|[1-9][0-9]*)$',
  '^(foo|bar)[._](foo|bar)$', '^[\\t\\r\\n]*$', '\\u2028', '[^\\n]', '^[^\\n]$', '^[\\W\\d]$', '^[^\\W\\d]+$', '^(?:[a-z]+\\.)?[a-z_]+$', '^(?:a+)+$', '[\\x00-\\x1f]', '\\ufeff',
];
// Ours alone: escapes of punctuation that the flag u knows nothing of. Judged without it.
const loose = ['\\-', '\\@', '\\ ', '\\"', "\\'", '\\,', '\\:', '[\\@]', '\\~', '^a\\-b$', '[\\.]', '\\!', '\\#'];
const refused = ['(', ')', '(a', 'a)', '[', '[a', '*', '+a', '?', 'a**', 'a++', 'a{2}{3}', 'a??' + '?', '{', '}', ']', 'a{', 'a{,5}', 'a{x}', 'a{2', 'a{3,2}', 'a{65536}', '[z-a]', '[\\d-z]', '[a-\\d]',
  '\\', '\\1', '(a)\\1', '\\8', '\\01', '\\k<a>', '(?<a>b)', '(?<=a)b', '(?<!a)b', '(?i)a', '(?i:a)', '(?#c)', '(?>a)', '(?P<a>b)', '(?|a)', '(?', '(?a', '(*ACCEPT)', '(*UTF)a', '\\a',
  '\\e', '\\z', '\\A', '\\Z', '\\Q', '\\G', '\\h', '\\R', '\\X', '\\K', '\\C', '\\p{L}', '\\N', '\\_', '\\é', '\\x4', '\\xg0', '\\u004', '\\uzzzz', '\\u{41}', '\\ud800', '\\udc00', '\\ud800\\u0041', '\\c',
  '\\c1', '^*', '$+', '(?=a)*', '(?!a){2}', '\\b+', '[\\ud800]', '[\\1]', '[\\B]', '[\\q]'];

const row = (...cells) => console.log(cells.map((cell, i) => i < 2 ? JSON.stringify(cell).replace(/[\u007f-\uffff]/g,
  c => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')) : cell).join('\t'));
const astral = text => /[\ud800-\udfff]/.test(text);
const wellFormed = text => text.isWellFormed();
function judge(pattern) {
  let regexp, unicode = true;
  try { regexp = new RegExp(pattern, 'u'); } catch { regexp = new RegExp(pattern); unicode = false; }
  for (const text of [...common, pattern].filter(wellFormed))
    if (unicode || !(astral(text) || astral(pattern))) row(pattern, text, regexp.test(text) ? 'match' : 'no');
}
admitted.filter(pattern => !pattern.includes('\\u{')).forEach(judge);
loose.forEach(judge);
refused.forEach(pattern => row(pattern, '', 'refuse'));
