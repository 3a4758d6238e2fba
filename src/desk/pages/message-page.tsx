/** One thing to say, and the way back. */
export function MessagePage({ text, link }: { text: string; link: { href: string; label: string } }) {
  return (
    <div class="card">
      <p safe>{text}</p>
      <p>
        <a class="button primary" href={link.href} safe>
          {link.label}
        </a>
      </p>
    </div>
  )
}
