import { X509Certificate } from 'node:crypto';
import test from 'ava';
import { makeCertificate } from './made-certificate.ts';

test('a made certificate is one: signed by its authority, for its hosts, for its time', (t) => {
	const authority = makeCertificate('Test authority', { authority: true });
	const made = makeCertificate('broker', { issuer: authority, hosts: ['localhost', '127.0.0.1'] });
	const root = new X509Certificate(authority.certificate);
	const leaf = new X509Certificate(made.certificate);
	t.true(root.ca);
	t.false(leaf.ca);
	t.true(leaf.checkIssued(root));
	t.true(leaf.verify(root.publicKey));
	t.false(leaf.verify(leaf.publicKey));
	t.is(leaf.checkHost('localhost'), 'localhost');
	t.is(leaf.checkIP('127.0.0.1'), '127.0.0.1');
	t.is(leaf.checkIP('127.0.0.2'), undefined);
	t.true(new Date(leaf.validFrom) < new Date() && new Date() < new Date(leaf.validTo));
});

test('a certificate can be made that has expired', (t) => {
	const made = makeCertificate('old', {
		notBefore: new Date('2001-02-03'),
		notAfter: new Date('2004-05-06T07:08:09Z'),
	});
	t.is(new Date(new X509Certificate(made.certificate).validTo).toISOString(), '2004-05-06T07:08:09.000Z');
});
