// Reads one streamed answer with OpenAI's own client and says what its caller is left with.
const { OpenAI } = require('openai');

const [, , baseURL, model, mode] = process.argv;
const client = new OpenAI({ apiKey: 'any', baseURL, maxRetries: 0, defaultHeaders: { 'Steward-Stream': mode } });

(async () => {
  const said = { text: '', finish: null, error: null };
  try {
    const stream = await client.chat.completions.create({ model, stream: true, messages: [{ role: 'user', content: 'Are helmets free?' }] });
    for await (const chunk of stream) {
      said.text += chunk.choices[0]?.delta?.content ?? '';
      said.finish = chunk.choices[0]?.finish_reason ?? said.finish;
    }
  } catch (error) {
    said.error = error.message;
  }

  console.log(JSON.stringify(said));
})();
