import { type HashKey, hashWords, parseHashKey } from '../../shared/signature/hash.ts';

/** Words on controls that change something, whatever is seen to follow them. */
const WORDS = `
  accept activate add agree apply approve archive assign ban block book buy cancel charge checkout clear close confirm
  create deactivate delete deny deploy destroy disable discard donate drop edit empty enable erase execute finish hire
  import invite install join leave lock logout merge move off order out overwrite pay place post publish purchase
  purge reboot refund register reject release remove rename replace reserve reset restart restore revoke run save
  schedule send share shutdown signout start stop submit subscribe suspend terminate transfer trash uninstall
  unsubscribe update upgrade upload vote wipe withdraw
  abmelden abschicken absenden ändern anlegen annehmen bestätigen bestellen bezahlen buchen einladen entfernen erstellen
  hochladen kaufen kündigen leeren löschen registrieren senden speichern starten stornieren überweisen verschieben
  veröffentlichen verwerfen
  accepter acheter ajouter annuler confirmer créer déconnexion enregistrer envoyer modifier payer publier réserver
  retirer supprimer valider vider
  aceptar agregar añadir borrar cancelar comprar confirmar crear eliminar enviar guardar pagar publicar quitar reservar
  aggiungere annulla conferma cancellare comprare elimina eliminare invia inviare paga pagare rimuovi salva
`;

const cache = new Map<string, ReadonlySet<string>>();
/** Projects whose hashes are kept. */
const MAX_KEYS = 100;

function hashed(textKey: string): ReadonlySet<string> {
  const known = cache.get(textKey);
  if (known) return known;
  const key: HashKey = parseHashKey(textKey);
  const words = new Set(hashWords(key, WORDS, Number.POSITIVE_INFINITY));
  if (cache.size >= MAX_KEYS) cache.clear();
  cache.set(textKey, words);
  return words;
}

/** Whether one of the words, keyed hashes with a project's key, says that a control changes something. */
export function saysChange(words: readonly string[], textKey: string): boolean {
  const change = hashed(textKey);
  return words.some((word) => change.has(word));
}
