import { type HashKey, hashWords, parseHashKey } from '../../shared/signature/hash.ts';

/**
 * Words on controls that change something, whatever is seen to follow them; in scripts that put no space between words, whole labels.
 */
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
  aggiungere aggiungi annulla conferma cancella cancellare compra comprare elimina eliminare invia inviare modifica ordina
  paga pagare prenota pubblica rimuovi salva
  adicionar apagar cancelar comprar confirmar editar eliminar encomendar enviar excluir gravar pagar publicar remover
  reservar salvar
  aanmelden annuleren bestellen betalen bevestigen bewaren bewerken boeken kopen opslaan plaatsen toevoegen verstuur
  versturen verwijder verwijderen verzenden wissen
  anuluj dodaj edytuj kasuj kup kupuj opublikuj potwierdź rezerwuj skasuj usuń wyczyść wyloguj wyślij zamów zapisz zapłać
  zatwierdź zmień złóż
  avboka betala beställ boka bekräfta godkänn köp lägg publicera radera skicka spara ta ändra
  bekræft bestil betal gem køb opret send slet
  bekreft bestill betal kjøp lagre opprett slett
  hyväksy lisää lähetä maksa muokkaa osta peruuta poista tallenna tilaa vahvista varaa
  koupit objednat odeslat odstranit potvrdit přidat smazat uložit upravit vytvořit zaplatit zrušit
  cumpără plătește salvează trimite șterge adaugă confirmă anulează
  törlés mentés küldés vásárlás fizetés megrendelés hozzáadás módosítás
  ekle gönder güncelle iptal kaldır kaydet onayla oluştur satın sil sipariş yayınla öde
  добавить забронировать заказать изменить купить оплатить отменить отправить очистить подтвердить сохранить создать
  удалить опубликовать оформить
  видалити додати зберегти змінити замовити купити надіслати оплатити підтвердити скасувати створити
  διαγραφή αποθήκευση αποστολή αγορά πληρωμή επιβεβαίωση ακύρωση προσθήκη
  حذف حفظ إرسال شراء دفع تأكيد إلغاء إضافة
  מחק מחיקה שמור שמירה שלח שליחה קנה שלם אישור ביטול הוסף
  हटाएं सहेजें भेजें खरीदें भुगतान पुष्टि रद्द जोड़ें
  xóa lưu gửi mua hủy
  hapus simpan kirim beli bayar batalkan tambah ubah
  삭제 삭제하기 저장 저장하기 전송 보내기 구매 구매하기 결제 결제하기 주문 주문하기 확인 취소 추가 등록 수정
  削除 削除する 保存 保存する 送信 送信する 購入 購入する 注文 注文する 支払う 支払い 確定 確定する 確認 登録 登録する 追加 追加する
  変更 変更する 更新 更新する 予約 予約する 投稿 投稿する キャンセル 申し込む 購入手続きへ 注文を確定する
  删除 刪除 保存 儲存 提交 发送 發送 购买 購買 立即购买 立即購買 支付 付款 下单 结算 確認 确认 确定 取消 添加 新增 修改 编辑 編輯 发布 發布 预订
  预约 注销 加入购物车
  ลบ บันทึก ส่ง ซื้อ ชำระเงิน ยืนยัน ยกเลิก เพิ่ม
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
