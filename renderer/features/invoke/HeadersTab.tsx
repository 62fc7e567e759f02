/** The headers of an answer and of the request it answers, as a machine reads them. */
type Headers = readonly (readonly [name: string, value: string])[];

export function HeadersTab({ request, answer }: { request: Headers; answer: Headers }) {
  return (
    <div className="headers" tabIndex={0} role="region" aria-label="Headers">
      <HeaderList title="Answer" headers={answer} />
      <HeaderList title="Request" headers={request} />
    </div>
  );
}

function HeaderList({ title, headers }: { title: string; headers: Headers }) {
  return (
    <section>
      <h4 className="field-label">{title}</h4>
      {headers.length === 0 && <p className="result-note">None.</p>}
      <dl className="headers-list mono">
        {headers.map(([name, value], index) => (
          <div key={index} className="headers-row">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
