// A client of a repository: node client.js URL PACKAGE
import { httpSource, memoryStore, openRepository, pull } from 'repomill/client';

const [url, name] = process.argv.slice(2);
const source = httpSource(url);

// Straight from the site: an index, a header, and the one or two buckets that may have the package.
const site = await openRepository({ source });
const [{ record }] = await site.show(name, { arch: 'amd64' });
console.log(`${record.name} ${record.version}: ${record.summary}, ${record.size} bytes`);
for (const { how, bytes } of site.files) console.log(`  ${how}: ${bytes} bytes`);

// A local copy of everything for amd64, here in memory. A second pull would fetch only what changed.
const store = memoryStore();
const { version, transferred } = await pull({ source, store, arch: 'amd64' });
console.log(`pulled version ${version}: ${transferred} bytes`);
const copy = await openRepository({ store });
const { total, hits } = await copy.search(['shell'], { limit: 3 });
console.log(`${total} packages about shells, the best: ${hits.map((hit) => hit.name).join(', ')}`);
