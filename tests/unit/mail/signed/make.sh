#!/bin/sh
# Makes the mails of this folder anew: signed by OpenSSL in the ways mail programs do it, by a certificate of an authority made for it.
# The keys are thrown away. A signature counts by when it was made, so that these do not age. Needs openssl 3.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
issue() { # name issuer extensions
	printf '%s\n' "$3" > ext
	openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 36500 -extfile ext -out "$1.pem" 2>/dev/null
}
openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 36500 -subj "/O=Larch House/CN=Larch Root" -addext basicConstraints=critical,CA:TRUE 2>/dev/null
for name in desk ann; do openssl req -newkey rsa:2048 -nodes -keyout $name.key -out $name.csr -subj "/O=Larch House/CN=$name" 2>/dev/null; done
issue desk root 'basicConstraints=critical,CA:TRUE
keyUsage=keyCertSign
subjectKeyIdentifier=hash'
issue ann desk 'subjectAltName=email:ann@customer.example
extendedKeyUsage=emailProtection
keyUsage=digitalSignature
subjectKeyIdentifier=hash'
printf 'Content-Type: text/plain; charset=utf-8\r\n\r\nThe samovar leaks.\r\n' > body
sign() { openssl cms -sign -in body -binary -signer ann.pem -inkey ann.key -certfile desk.pem -outform DER "$@"; }
head_of() { printf 'From: Ann Lee <ann@customer.example>\nTo: help@larch.example\nMessage-ID: <%s@customer.example>\nDate: %s\nSubject: Samovar\nMIME-Version: 1.0\n' "$1" "$(LC_ALL=C date -uR)"; }
detached() { # name, then how
	name=$1; shift
	{ head_of "$name"; printf 'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=b\n\n--b\n'; tr -d '\r' < body
	  printf '\n--b\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\n'; sign "$@" | base64; printf -- '--b--\n'; } > "$here/$name.eml"
}
opaque() {
	name=$1; shift
	{ head_of "$name"; printf 'Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n'; sign -nodetach "$@" | base64; } > "$here/$name.eml"
}
detached detached
detached detached_without_attributes -noattr
detached detached_pss -keyopt rsa_padding_mode:pss
opaque opaque
opaque opaque_ber -stream
opaque opaque_by_key_id -keyid
cp root.pem "$here/root.pem"
