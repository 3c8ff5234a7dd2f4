namespace Steward.Assistants.Understanding;

/// <summary>The fixed phrases the product says on its own account. They promise nothing but a person's attention.</summary>
internal sealed record Phrases(string Greeting, string Thanks, string Farewell, string Unknown, string HandingOver, string HandingOverUnsure, string Restricted,
    string Limited, string OutOfTurns, string PersonOffered)
{
    private static readonly Phrases English = new(
        "Hello! What would you like to know?",
        "You're welcome! Is there anything else I can help with?",
        "Goodbye, and thank you for getting in touch!",
        "I could not find an answer to that in our information, and I would rather not guess. Would you like me to bring in a person?",
        "Of course. I am bringing in a person from our team; they will answer you here.",
        "I do not want to guess, so I am bringing in a person from our team; they will answer you here.",
        "That is something I should leave to a person. Would you like me to bring one in?",
        "Your messages have arrived. They are more than I may answer right now, so I will answer them together a little later.",
        "I cannot answer any more questions this month. Would you like me to bring in a person?",
        "If that does not help, would you like me to bring in a person?");

    private static readonly Phrases Spanish = new(
        "¡Hola! ¿Qué le gustaría saber?",
        "¡De nada! ¿Puedo ayudarle en algo más?",
        "¡Hasta luego y gracias por escribirnos!",
        "No he encontrado una respuesta en nuestra información y prefiero no adivinar. ¿Quiere que avise a una persona?",
        "Por supuesto. Aviso a una persona de nuestro equipo; le responderá aquí.",
        "Prefiero no adivinar, así que aviso a una persona de nuestro equipo; le responderá aquí.",
        "Eso prefiero dejarlo a una persona. ¿Quiere que la avise?",
        "He recibido sus mensajes. Son más de los que puedo contestar ahora, así que los contestaré juntos un poco más tarde.",
        "Este mes ya no puedo contestar más preguntas. ¿Quiere que avise a una persona?",
        "Si eso no le ayuda, ¿quiere que avise a una persona?");

    private static readonly Phrases German = new(
        "Hallo! Was möchten Sie wissen?",
        "Gern geschehen! Kann ich sonst noch helfen?",
        "Auf Wiedersehen und danke für Ihre Nachricht!",
        "Dazu habe ich in unseren Informationen keine Antwort gefunden, und raten möchte ich nicht. Soll ich einen Menschen dazuholen?",
        "Natürlich. Ich hole einen Menschen aus unserem Team dazu; die Antwort kommt hier.",
        "Ich möchte nicht raten und hole deshalb einen Menschen aus unserem Team dazu; die Antwort kommt hier.",
        "Das überlasse ich lieber einem Menschen. Soll ich jemanden dazuholen?",
        "Ihre Nachrichten sind angekommen. Es sind mehr, als ich gerade beantworten darf; ich beantworte sie etwas später zusammen.",
        "In diesem Monat kann ich keine Fragen mehr beantworten. Soll ich einen Menschen dazuholen?",
        "Falls das nicht weiterhilft: Soll ich einen Menschen dazuholen?");

    private static readonly Phrases French = new(
        "Bonjour ! Que souhaitez-vous savoir ?",
        "Avec plaisir ! Puis-je vous aider pour autre chose ?",
        "Au revoir et merci de nous avoir écrit !",
        "Je n'ai pas trouvé de réponse dans nos informations et je préfère ne pas deviner. Voulez-vous que je fasse venir une personne ?",
        "Bien sûr. Je préviens une personne de notre équipe ; elle vous répondra ici.",
        "Je préfère ne pas deviner : je préviens une personne de notre équipe, qui vous répondra ici.",
        "Je préfère laisser cela à une personne. Voulez-vous que je la prévienne ?",
        "Vos messages sont bien arrivés. Il y en a plus que je ne peux en traiter maintenant ; j'y répondrai ensemble un peu plus tard.",
        "Je ne peux plus répondre à des questions ce mois-ci. Voulez-vous que je fasse venir une personne ?",
        "Si cela ne vous aide pas, voulez-vous que je fasse venir une personne ?");

    private static readonly Phrases Portuguese = new(
        "Olá! O que gostaria de saber?",
        "De nada! Posso ajudar em mais alguma coisa?",
        "Até logo e obrigado pela sua mensagem!",
        "Não encontrei uma resposta nas nossas informações e prefiro não adivinhar. Quer que eu chame uma pessoa?",
        "Claro. Vou chamar uma pessoa da nossa equipa; a resposta chegará aqui.",
        "Prefiro não adivinhar, por isso vou chamar uma pessoa da nossa equipa; a resposta chegará aqui.",
        "Prefiro deixar isso para uma pessoa. Quer que eu chame alguém?",
        "As suas mensagens chegaram. São mais do que posso responder agora; vou responder a todas juntas um pouco mais tarde.",
        "Este mês já não posso responder a mais perguntas. Quer que eu chame uma pessoa?",
        "Se isso não ajudar, quer que eu chame uma pessoa?");

    private static readonly Phrases Italian = new(
        "Salve! Che cosa desidera sapere?",
        "Prego! Posso aiutare in altro?",
        "Arrivederci e grazie per averci scritto!",
        "Non ho trovato una risposta nelle nostre informazioni e preferisco non tirare a indovinare. Vuole che chiami una persona?",
        "Certo. Avviso una persona del nostro team; le risponderà qui.",
        "Preferisco non tirare a indovinare: avviso una persona del nostro team, che le risponderà qui.",
        "Preferisco lasciarlo a una persona. Vuole che ne avvisi una?",
        "I suoi messaggi sono arrivati. Sono più di quanti io possa gestire adesso; risponderò a tutti insieme un po' più tardi.",
        "Questo mese non posso più rispondere a domande. Vuole che chiami una persona?",
        "Se questo non le è d'aiuto, vuole che chiami una persona?");

    private static readonly Phrases Dutch = new(
        "Hallo! Wat wilt u weten?",
        "Graag gedaan! Kan ik nog ergens mee helpen?",
        "Tot ziens en bedankt voor uw bericht!",
        "Ik heb daarop geen antwoord gevonden in onze informatie en wil niet gokken. Zal ik er een medewerker bij halen?",
        "Natuurlijk. Ik haal er een medewerker van ons team bij; het antwoord komt hier.",
        "Ik wil niet gokken en haal er daarom een medewerker van ons team bij; het antwoord komt hier.",
        "Dat laat ik liever aan een medewerker over. Zal ik er iemand bij halen?",
        "Uw berichten zijn aangekomen. Het zijn er meer dan ik nu mag beantwoorden; ik beantwoord ze iets later samen.",
        "Deze maand kan ik geen vragen meer beantwoorden. Zal ik er een medewerker bij halen?",
        "Als dat niet helpt, zal ik er dan een medewerker bij halen?");

    /// <summary>The phrases of a BCP 47 language, such as <c>de-AT</c>; English where a language has none.</summary>
    public static Phrases In(string? language) => language?.Split('-', '_')[0].ToLowerInvariant() switch
    {
        "es" => Spanish,
        "de" => German,
        "fr" => French,
        "pt" => Portuguese,
        "it" => Italian,
        "nl" => Dutch,
        _ => English,
    };
}
