namespace Steward.Masking.Set;

/// <summary>
/// What customers write. Slots in braces are labelled; those of <see cref="Values.Harmless"/> and <c>first</c> of a sentence about somebody else are
/// not. Written before the masker's rules, from what people write in customer service.
/// </summary>
internal static class Templates
{
    public static readonly IReadOnlyDictionary<string, string[]> Personal = new Dictionary<string, string[]>
    {
        ["en"] =
        [
            "Hi, my card {card} was charged twice for order {order}.", "Please refund to {card}, expiry 04/28.", "Card number: {card}", "the number on the front says {card} and the cvc is on the back",
            "My SSN is {ssn}, do you need anything else?", "social security number {ssn}", "Social Security: {ssn} - born {date}",
            "You can reach me at {email}.", "Please send the invoice to <{email}>, thanks", "email={email};order={order}", "Is {email} the address you have on file? It should be {email}",
            "Call me on {phone} after {time}.", "My phone number is {phone}.", "tel: {phone}", "Whatsapp {phone} or mail {email}", "reach me at {phone}, it is about order {order}",
            "Transfer it to {iban} please.", "IBAN: {iban}", "my account {iban} has not received {price} yet",
            "I get a 403 from IP {ip}.", "my ip address is {ip}", "connecting from {ip} fails since {date}", "The server log shows client {ip} refused",
            "Hello, my name is {name} and I ordered {sku}.", "This is {name}, I called on {date}.", "I'm {name}. My order is {order}.", "Where is it?\n\nKind regards,\n{name}", "name: {name}, order: {order}",
            "I live at {address}.", "Please ship to {address}.", "My new address is {address}, can you update it?", "Deliver it to: {address}\nThanks!",
            "My name is {name}, I live at {address}, phone {phone}, mail {email}.",
        ],
        ["de"] =
        [
            "Meine Kreditkarte {card} wurde doppelt belastet.", "Kartennummer {card}", "Bitte an {email} schicken.", "Meine E-Mail: {email}", "Rufen Sie mich unter {phone} an.", "Telefon: {phone}",
            "Meine Handynummer ist {phone}, Bestellung {order} vom {date}.", "Bitte auf {iban} überweisen.", "IBAN {iban}, Betrag {price}", "Meine IP-Adresse ist {ip}.", "Zugriff von {ip} wird blockiert",
            "Guten Tag, ich heiße {name}.", "Mein Name ist {name}, Bestellnummer {order}.", "Mit freundlichen Grüßen\n{name}", "Hier ist {name}.", "Ich wohne in der {address}.", "Meine Adresse: {address}",
            "Bitte liefern Sie an: {address}", "Meine Anschrift lautet {address}.",
        ],
        ["fr"] =
        [
            "Ma carte {card} a été débitée deux fois.", "Écrivez-moi à {email}.", "Mon e-mail est {email}", "Appelez-moi au {phone}.", "Mon numéro de téléphone : {phone}", "Tél. {phone}",
            "Voici mon IBAN {iban}.", "Remboursez-moi sur {iban}, merci", "Mon adresse IP est {ip}.", "Bonjour, je m'appelle {name}.", "Mon nom est {name}, commande {order}.", "Cordialement,\n{name}",
            "J'habite au {address}.", "Mon adresse est {address}.", "Livrez à {address}, s'il vous plaît.",
        ],
        ["es"] =
        [
            "Mi tarjeta {card} fue cobrada dos veces.", "Mi correo es {email}.", "Escríbanme a {email}", "Llámenme al {phone}.", "Mi teléfono es {phone}", "Móvil: {phone}",
            "Mi IBAN es {iban}.", "Mi dirección IP es {ip}.", "Hola, me llamo {name}.", "Mi nombre es {name}, pedido {order}.", "Saludos,\n{name}", "Vivo en {address}.", "Mi dirección es {address}.", "Envíenlo a {address}, por favor.",
        ],
        ["da"] =
        [
            "Mit kort {card} blev trukket to gange.", "Skriv til mig på {email}.", "Min mail er {email}", "Ring til mig på {phone}.", "Mit telefonnummer er {phone}", "Mobil: {phone}, ordre {order}",
            "Mit IBAN er {iban}.", "Min IP-adresse er {ip}.", "Hej, jeg hedder {name}.", "Mit navn er {name}.", "Venlig hilsen\n{name}", "Jeg bor på {address}.", "Min adresse er {address}.", "Send det til {address}, tak.",
        ],
    };

    /// <summary>Hard ones: no cue, or written to be read by people only. Counted like the others, so that the figures are honest.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Hard = new Dictionary<string, string[]>
    {
        ["en"] =
        [
            "{phone}", "it's {card}, ok?", "{email}", "{iban}", "Here you go {ssn} thanks", "{ip}", "yes, {phone} works best", "{name}, {address}", "The parcel for {name} never came", "thx, {first}",
            "card{card}", "mail me:{email}!", "({phone})", "\"{email}\"", "My details: {name} / {phone} / {email}", "my number's {phone} ask for {name}",
        ],
        ["de"] = ["{phone}", "{iban}", "Die Nummer {card} stimmt nicht", "LG {name}", "bin der {name} aus {address}", "erreichbar: {phone}"],
        ["fr"] = ["{phone}", "c'est {email}", "moi c'est {name}", "{iban} svp"],
        ["es"] = ["{phone}", "soy {name}", "es {email}", "{address}"],
        ["da"] = ["{phone}", "det er {name}", "{email}", "{card}"],
    };

    public static readonly IReadOnlyDictionary<string, string[]> Harmless = new Dictionary<string, string[]>
    {
        ["en"] =
        [
            "Where is my order {order}? I placed it on {date}.", "Tracking code {tracking} shows nothing since {date}.", "It cost {price}, the shop says {price}.", "I use version {version} of the app.",
            "The book {isbn} is missing from my parcel {tracking}.", "Do you have {sku} in {size}?", "Opening hours {time} to {time}?", "Invoice {order} over {price} is from {date}.",
            "Customer reference {nocard} does not work.", "The form says {noiban} is not valid.", "My name is on the list already.", "I am happy with order {order}.", "This is great, thank you!",
            "I live at the moment without internet.", "We call it the 24/7 deal, {price} a month.", "My address has changed, how do I update it?", "Is this the right number of items: {order}?",
            "Please call the courier about {tracking}.", "Error 0x80070057 in build {version}.", "My e-mail does not arrive.", "Between 10-12 and 14-16 works, on {date}.", "I'm not sure about order {order}.",
            "Ship to store, not to my home.", "Model 1234-5678-9012 costs {price}.",
        ],
        ["de"] = ["Wo ist Bestellung {order} vom {date}?", "Sendung {tracking} kommt nicht an.", "Der Preis war {price}.", "Version {version} stürzt ab.", "Mein Name steht schon in der Liste.", "Ich bin zufrieden.", "Ich wohne zur Zeit im Ausland.", "Meine Adresse hat sich geändert.", "Rechnung {order} über {price}"],
        ["fr"] = ["Où est la commande {order} du {date} ?", "Le colis {tracking} est perdu.", "J'ai payé {price}.", "La version {version} ne marche pas.", "Mon nom est mal écrit.", "Je suis content.", "Mon adresse a changé."],
        ["es"] = ["¿Dónde está el pedido {order} del {date}?", "El paquete {tracking} no llega.", "Pagué {price}.", "La versión {version} falla.", "Soy cliente desde {date}.", "Mi dirección ha cambiado.", "Vivo en el extranjero."],
        ["da"] = ["Hvor er ordre {order} fra {date}?", "Pakken {tracking} er væk.", "Det kostede {price}.", "Version {version} virker ikke.", "Mit navn er stavet forkert.", "Jeg er glad.", "Min adresse er ændret."],
    };

    /// <summary>Sentences whose names and addresses are known from the writer's record only.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> OfRecord = new Dictionary<string, string[]>
    {
        ["en"] = ["The parcel for {name} never arrived.", "Is {name} on the guest list?", "It went to {address} again!", "{name} signed for {tracking}", "Why does the label say {address}?"],
        ["de"] = ["Das Paket für {name} fehlt.", "Es ging wieder an {address}.", "{name} hat nicht unterschrieben."],
        ["fr"] = ["Le colis pour {name} manque.", "Il est parti à {address}.", "{name} attend toujours"],
        ["es"] = ["El paquete para {name} no llegó.", "Lo enviaron a {address}.", "{name} no firmó"],
        ["da"] = ["Pakken til {name} mangler.", "Den blev sendt til {address}.", "{name} har ikke skrevet under"],
    };
}
