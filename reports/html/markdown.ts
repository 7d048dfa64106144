/** An author's prose → HTML that the page's policy accepts: no raw HTML, no images, no inline styles. */
import MarkdownIt from 'markdown-it';
import { trusted, type Html } from './element.ts';

export function markdownHtml(text: string): Html {
  return trusted(markdown.render(text));
}

export function inlineMarkdown(text: string): Html {
  return trusted(markdown.renderInline(text));
}

const markdown = new MarkdownIt({ html: false, linkify: false }).disable('image');

markdown.core.ruler.push('page-policy', ({ tokens }) => {
  for (const token of tokens) {
    // A table's alignment comes as an inline style, and a heading of the prose is none of the page.
    token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null;
    if (token.type === 'heading_open' || token.type === 'heading_close') token.tag = 'h5';
    for (const child of token.children ?? [])
      if (child.type === 'link_open') child.attrSet('rel', 'noopener noreferrer nofollow');
  }
});
markdown.validateLink = (url) => /^(https?:|mailto:|#)/i.test(url);
