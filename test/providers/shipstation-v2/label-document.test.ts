import { describe, expect, it } from 'vitest';
import { type LabelCalls, labelBuyer } from '../../../lib/providers/shipstation-v2/labels.ts';

const PDF = Buffer.from('%PDF-1.4');

/** The document of a label, where ShipStation names that address, and what was downloaded for it. */
async function read(address: string) {
  const downloaded: string[] = [];
  const calls: Pick<LabelCalls, 'documentAddress' | 'download'> = {
    documentAddress: async () => address,
    download: async (path) => {
      downloaded.push(path);
      return PDF;
    },
  };
  const settings = { baseUrl: 'https://api.shipstation.test', boxes: [] };
  const buyer = labelBuyer({ calls, settings, system: 'lantern', pageSize: 10, now: () => 0 } as never);
  const document = await buyer.labelDocument('se-1', 'SO-1-1').catch((error: Error) => error);
  return { document, downloaded };
}

describe('the PDF of a label', () => {
  it('is downloaded from the address of the API, or taken from the answer', async () => {
    const linked = await read('https://api.shipstation.test/v2/downloads/1.pdf?key=1');
    expect(linked).toEqual({ document: PDF, downloaded: ['/v2/downloads/1.pdf?key=1'] });
    const inline = await read(`data:application/pdf;base64,${PDF.toString('base64')}`);
    expect(inline).toEqual({ document: PDF, downloaded: [] });
  });

  it.each([
    'https://evil.test/v2/downloads/1.pdf',
    'https://api.shipstation.test.evil.test/1.pdf',
    'http://api.shipstation.test/1.pdf',
    'https://api.shipstation.test@evil.test/1.pdf',
    'file:///etc/passwd',
    'http://169.254.169.254/latest/meta-data/',
    '',
  ])('is not read from %j', async (address) => {
    const { document, downloaded } = await read(address);
    expect(document).toBeInstanceOf(Error);
    expect(downloaded).toEqual([]);
  });
});
