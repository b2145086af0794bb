import { el, toHtml } from './element.js';

describe('an element as HTML', () => {
  it.each(['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "'onclick='alert(1)", '&lt;b&gt;'])(
    'holds %s as text and as an attribute',
    (text) => {
      const html = toHtml(el('p', { title: text }, text));
      expect(html).not.toMatch(/<(script|img|b)/);
      expect(html.match(/["']/g)).toHaveLength(2);
    },
  );

  it('has classes, leaves out what is not there, and closes what needs it', () =>
    expect(toHtml(el('p.a.b', { id: undefined }, undefined, false, [el('br'), '䶮']))).toBe(
      '<p class="a b"><br>䶮</p>',
    ));
});
