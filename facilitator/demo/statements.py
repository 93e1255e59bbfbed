"""What the Hart family will read to Caleb, each in their own voice: love, incident, concern, hope, ask."""

STATEMENTS: dict[str, tuple[str, str, str, str, str]] = {
    "ruth": (
        "Caleb, it's Gran. The summer you were four you decided that the tomatoes belonged to you. You stood"
        " between the rows with the hose, wet to the socks, and told the mailman he could have one, but only"
        " one. The picture is still on my icebox. I loved you before you had a name, and I love you now,"
        " sitting here.",
        "On the second Sunday in March you came for dinner. I found you on my bathroom floor with the water"
        " running, and I could not wake you. I got down on my bad knee, held your hand and counted your"
        " breaths out loud. When you opened your eyes you said you were sorry. I was so glad to hear your"
        " voice that I never said a word about it. I am saying it now. I was frightened.",
        "I am eighty-one. I have been reading about what opioids do, and I understand that this is an illness,"
        " and that it is stronger than promises. I worry that I will outlive you. I do not know how I would do"
        " that.",
        "I hope for one more summer with you in my garden, and then another one. I don't need you to be who"
        " you were at four. I want you well, in whatever shape that comes.",
        "Will you let these good people help you, and will you go today? I packed the gray sweater. It is cold"
        " up there in the mornings.",
    ),
    "ben": (
        "Hey, man. In third grade I was the new kid with the weird lunch, and you traded me half your sandwich"
        " for it and said it was the best thing you ever ate. You ate that jollof rice every Friday for six"
        " years. You have been my brother since that day, and you are my brother today.",
        "On October ninth you were going to stand up at my wedding. You had the rings. I waited for you in the"
        " church hallway until my dad came and said, son, we have to start. I saw you four days later and we"
        " talked about the football game. I was hurt, and I was even more scared, and I didn't know how to"
        " tell you.",
        "When my phone rings after midnight I think it's the call. I lie there and go through who I would have"
        " to tell first. I don't want to practice that any more.",
        "I hope that someday my kids know you as Uncle Caleb who eats everything. I still have that day's best"
        " man speech coming to me, and I mean to collect it.",
        "There's a place ready for you. Will you go with Walter today? I'll follow the car all the way if you"
        " want me to.",
    ),
    "zoe": (
        "You taught me to ride a bike by lying. You said you were holding the seat, and you weren't, and by"
        " the time I knew it I was already at the Millers' mailbox. When Mom and Dad fought you used to knock"
        " on our wall twice, and I would knock back. You are the reason I was never scared of the dark.",
        "On January twentieth you asked to crash in my dorm room. At two in the morning your lips were blue."
        " My roommate had a naloxone spray from orientation week and I used it on you with my own hands while"
        " she talked to 911. You were angry with me when you woke up. I sat in the hallway and shook.",
        "I carry a spray in my backpack now, next to my chemistry book. I count the days between your texts. I"
        " am worried that next time I won't be in the room.",
        "I hope you come to my graduation and embarrass me. I hope I get to knock on a wall somewhere and hear"
        " you knock back.",
        "Please say yes. Will you get in the car today? I can come to the family evening every single"
        " Wednesday, I already checked the bus.",
    ),
    "luis": (
        "Caleb, you know I don't make speeches. Six years ago you came to me and said you knew nothing about"
        " roofing. In one summer you were the one I sent up first, because I trusted your eyes. When my wife"
        " was in the hospital you finished the Dunbar house with the crew and never put in for the hours. I"
        " have not forgotten that.",
        "On the sixth of May you were on the Alder Street roof, and I saw you sway. I called your name twice"
        " before you heard. I sent you home and I told the others you had the flu. That night I did not sleep."
        " I kept seeing the edge of that roof.",
        "I am responsible for nine people up there. I am worried for every one of them, and most of all for you.",
        "I hope to see you run your own crew. You have the hands for it, and you have the heart. Your belt is"
        " on the hook, and nobody else wears it.",
        "I am asking you to take the help that is here today. The job waits for you. I have talked to the"
        " office, and the leave is signed.",
    ),
    "hannah": (
        "Caleb, the night June was born you held her for three hours because you said she looked comfortable."
        " You sang her the whole Red Sox lineup. I have known you tired and broke and scared, and I have never"
        " known a man who loves his child more.",
        "On April fourteenth, June's birthday, you said you would come at three. She sat on the front step in"
        " the yellow dress until it got dark. When I carried her in she said, maybe Daddy's car is sick. I"
        " felt so sad, for her and for you, because I know you wanted to be there.",
        "She is four. She notices everything. I am worried about the day when she stops waiting on the step,"
        " and I am worried about having to explain to her why you are gone.",
        "I hope you walk her into kindergarten in September. You and I don't have to be together for her to"
        " have both of us.",
        "She made you a drawing for your room there. It's in the bag. Will you go today, for yourself first,"
        " and then for her?",
    ),
    "tom": (
        "Son. When you were eleven we built that canoe in the garage, and it leaked, and you sat in it up to"
        " your waist in Mirror Lake and saluted. I have laughed about that on the worst days I ever had. I"
        " don't tell you that I love you. I thought you knew. I love you.",
        "On the third of February I went to get your grandfather's watch, to have it fixed, and it was gone. I"
        " knew, and I yelled at you in the driveway. I said things that I would give a great deal to take"
        " back. The watch does not matter to me. I was ashamed of how I spoke to you, and I have been afraid"
        " ever since that those would be my last words to you.",
        "I used to believe that this was about willpower. I was wrong. I have sat in the class these six weeks"
        " and learned that it's an illness that changes the brain, and that there is treatment for it. I am"
        " worried that I learned it late.",
        "I hope we build another canoe. I hope it leaks.",
        "I'm asking you to go today, with Walter and your uncle Ray. I'll be right behind you if you want me"
        " there.",
    ),
    "maggie": (
        "Caleb, my sweet boy. When you were seven you found a sparrow under the window, and you sat with it in"
        " a shoebox all night so that it would not be alone. In the morning it flew. You ran in shouting, it"
        " only needed somebody to stay. That is who you are. I have never once stopped seeing it.",
        "On the last day of June I paid the man who came to the door. I told your father it was for the"
        " furnace. I have called your work and said you had a fever. I did it because I was afraid of losing"
        " you, and each time I felt you go a little further away. I am sorry. I am done with hiding, and I am"
        " not done with you.",
        "I listen for your breathing through the door at night. I am your mother, and I am so worried that one"
        " night I will hear nothing.",
        "I hope for an ordinary Tuesday. You call me about nothing, and I am busy, and I say, can I call you"
        " back? I want years of those.",
        "You told a shoebox that it only needed somebody to stay. We are all staying. Will you accept the help"
        " that is here, and go today?",
    ),
}
