// cloudevents_peer.js - the CloudEvents SDK on the other side
//   send URL TOKEN    events of standard input (a JSON list of attributes with data), in structured and in binary mode
//   check             messages of standard input (a JSON list of {headers, body}), as the SDK reads them
const { CloudEvent, HTTP } = require('cloudevents');
const input = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const [what, url, token] = process.argv.slice(2);

async function post(message) {
  const headers = { ...message.headers, Authorization: `Bearer ${token}` };
  const answer = await fetch(url, { method: 'POST', headers, body: message.body });
  return { status: answer.status, body: await answer.json() };
}

async function send() {
  const answers = [];
  for (const attributes of input) {
    const event = new CloudEvent(attributes);
    answers.push(await post(HTTP.structured(event)));
    answers.push(await post(HTTP.binary(event.cloneWith({ id: `${event.id}-binary` }))));
  }
  return answers;
}

const check = () =>
  input.map((message) => {
    const event = HTTP.toEvent(message); // throws unless it is a CloudEvent
    return { ...event.toJSON(), isValid: event.validate() };
  });

Promise.resolve(what === 'send' ? send() : check()).then((result) => console.log(JSON.stringify(result)));
